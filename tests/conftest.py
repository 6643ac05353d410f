from hypothesis import HealthCheck, settings

# How fast this machine is just now is no law of the code: a busy one fails no property.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":  # "ci" is as lenient and repeatable too
    settings.load_profile("suite")
