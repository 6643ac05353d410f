"""What can be wrong with data or a model."""

from __future__ import annotations


class ClassifierError(Exception):
    """Root of every error that this package raises."""


class DatasetError(ClassifierError):
    """Training data cannot be used; says which file, which row and why."""


class ModelError(ClassifierError):
    """A model folder cannot be used; says which file and why."""


class ConfigError(ClassifierError):
    """A training configuration cannot be used; says which file, which key and why."""


class TrackingError(ClassifierError):
    """A run cannot be logged, or a registry cannot be used; says what and why."""


class ComparisonError(ClassifierError):
    """Two models cannot be compared; says why and what to do."""
