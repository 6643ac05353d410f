"""What can be wrong outside the classifier and the rules."""

from __future__ import annotations


class ServiceError(Exception):
    """Root of the errors that a user of the command line or an operator can mend."""
