"""What can go wrong with events; no message repeats a secret or what a target answered."""

from __future__ import annotations

from service.errors import ServiceError


class EventsError(ServiceError):
    """Root of the errors of events."""


class TargetRefusedError(EventsError):
    """The address of a target may not be called; says why."""


class SubscriptionError(EventsError):
    """A subscription cannot be added, found or used as asked."""
