"""Whether a login is needed, decided once at the start, and refused where nobody may be let in."""

from __future__ import annotations

from collections.abc import Callable

from service.auth.callers import is_loopback
from service.auth.errors import NotLocalError
from service.settings import Settings
from service.store.accounts import AccountStore
from service.store.repository import open_store

FIRST_USER = "disposisi users create --login NAMA --role admin_nasional"
FIRST_KEY = "disposisi keys create --name NAMA --scopes score,dispose,read"


def needs_login(settings: Settings, accounts: AccountStore) -> bool:
    """Return whether a key or a login is needed: once there is one, unless the setting says."""
    if settings.auth is not None:
        return settings.auth == "on"
    return accounts.has_any()


def say_who_is_served(settings: Settings, *, host: str, say: Callable[[str], None]) -> None:
    """Say before the start who will be served, and how the first user is created.

    Raises
    ------
    NotLocalError
        If no login would be needed on an address that others reach.
    """
    with open_store(settings.database_url) as store:
        accounts = AccountStore(store)
        login, has_any = needs_login(settings, accounts), accounts.has_any()
    if not login and not is_loopback(host):
        msg = (
            f"--host {host}: others reach this address and no login is needed. Set "
            f"DISPOSISI_AUTH=on and create the first user: {FIRST_USER}"
        )
        raise NotLocalError(msg)
    if login and not has_any:
        say(f"nobody can log in yet; first user: {FIRST_USER}; first key: {FIRST_KEY}")
    if not login:
        say(f"no login is needed, so only this machine is served; first user: {FIRST_USER}")
