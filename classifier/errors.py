"""What can be wrong with data or a model."""

from __future__ import annotations


class ClassifierError(Exception):
    """Root of every error that this package raises."""


class DatasetError(ClassifierError):
    """Training data cannot be used; says which file, which row and why."""


class ModelError(ClassifierError):
    """A model folder cannot be used; says which file and why."""
