"""One file a change of the tables, run by ``service.store.migrate``."""
