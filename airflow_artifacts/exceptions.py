"""Every error this package raises, in one hierarchy.

The class is the category and is a built-in as well, so that code which knows nothing of this package can catch
it; the text is the case, and ends with the way out::

    ArtifactError
    ├── DeclarationError            (TypeError)          a decorator, annotation or name that cannot be meant
    ├── InvalidNameError            (ValueError)         a name, version or reference text that is not allowed
    ├── InputError                  (ValueError)         an argument of a task that does not fit its annotation
    ├── OutputError                 (TypeError)          a returned value that does not fit its declaration
    ├── UnsupportedTypeError        (TypeError)          no materializer for this type
    ├── FingerprintError            (TypeError)          a value or code that has no fingerprint
    ├── ConversionError             (TypeError)          stored as one type, wanted as another
    ├── ArtifactNotFoundError       (LookupError)        no artifact, version or task run of that name
    ├── VersionTakenError           (ValueError)         an explicit version that exists already
    ├── VersionInUseError           (RuntimeError)       a version that something holds and that cannot be deleted
    ├── SupersededError             (RuntimeError)       a later try of the task has begun
    ├── ConfigurationError          (ValueError)         a setting that is missing, wrong or not allowed here
    ├── StoreError                  (OSError)            the store refused, failed or is out of reach
    │   ├── MissingObjectError      (FileNotFoundError)  an object that a version names is gone
    │   └── CorruptObjectError                           an object whose bytes are not those that were written
    ├── LineageError                (RuntimeError)       the lineage database refused, failed or is out of reach
    │   └── SchemaError                                  its schema is older or newer than this package
    └── LocalAirflowError           (RuntimeError)       an Airflow that this package started does not do its work
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_artifacts.model import StoredObject

__all__ = [
    "ArtifactError",
    "ArtifactNotFoundError",
    "ConfigurationError",
    "ConversionError",
    "CorruptObjectError",
    "DeclarationError",
    "FingerprintError",
    "InputError",
    "InvalidNameError",
    "LineageError",
    "LocalAirflowError",
    "MissingObjectError",
    "OutputError",
    "SchemaError",
    "StoreError",
    "SupersededError",
    "UnsupportedTypeError",
    "VersionInUseError",
    "VersionTakenError",
]


class ArtifactError(Exception):
    """Base class of all errors of this package."""


class DeclarationError(ArtifactError, TypeError):
    """A decorator, an annotation or a declaration says something that cannot be meant."""


class InvalidNameError(ArtifactError, ValueError):
    """A name, a version or the text of a reference is not allowed."""


class InputError(ArtifactError, ValueError):
    """An argument of a task does not fit the annotation of its parameter."""


class OutputError(ArtifactError, TypeError):
    """A returned value does not fit what its task declares."""


class UnsupportedTypeError(ArtifactError, TypeError):
    """No materializer writes values of this type."""


class FingerprintError(ArtifactError, TypeError):
    """A value or a function's code has no fingerprint, by which it could be told from every other."""


class ConversionError(ArtifactError, TypeError):
    """A value is stored as one type and cannot be handed over exactly as another."""


class ArtifactNotFoundError(ArtifactError, LookupError):
    """No artifact, version or task run answers to this name."""


class VersionTakenError(ArtifactError, ValueError):
    """An explicit version, or the word it uses, exists already."""


class VersionInUseError(ArtifactError, RuntimeError):
    """A lineage edge, a pin or an alias holds a version, so it cannot be deleted."""


class SupersededError(ArtifactError, RuntimeError):
    """A later try of the same task instance has begun, so this one may not publish."""


class ConfigurationError(ArtifactError, ValueError):
    """A setting is missing, wrong, or not allowed where it is used."""


class StoreError(ArtifactError, OSError):
    """The store refused, failed, or is out of reach."""


class _ObjectError(StoreError):
    """Something is wrong with one object, which ``object`` names, or with registered data, where it is None."""

    def __init__(self, message: str, object_: StoredObject | None) -> None:
        super().__init__(message)
        self.object = object_


class MissingObjectError(_ObjectError, FileNotFoundError):
    """An object that a version names is gone from the store, or registered data from its place."""


class CorruptObjectError(_ObjectError):
    """An object, or registered data, holds other bytes than those its digest names."""


class LineageError(ArtifactError, RuntimeError):
    """The lineage database refused, failed, or is out of reach."""


class SchemaError(LineageError):
    """The schema of the lineage database is older or newer than this package."""


class LocalAirflowError(ArtifactError, RuntimeError):
    """An Airflow that this package started, as the demo does, did not come up, stopped, or refused."""
