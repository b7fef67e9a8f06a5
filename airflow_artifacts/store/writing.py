"""How S3 keeps what is written there: encryption, storage class and tags, the same for every object of a store."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Writing"]

_ENCRYPTIONS = ("AES256", "aws:kms", "aws:kms:dsse")
_CLASSES = (
    "STANDARD",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "REDUCED_REDUNDANCY",
    "EXPRESS_ONEZONE",
    "OUTPOSTS",
    "SNOW",
)
# What lies there is read back after hours.
_FROZEN = ("GLACIER", "DEEP_ARCHIVE")
# Of S3 itself: so many tags an object, so many characters each, and these characters.
_TAGS = 10
_KEY_LENGTH, _VALUE_LENGTH = 128, 256
_TAG_TEXT = re.compile(r"[\w .:/=+\-@]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Writing:
    """How S3 keeps each object; what is None is as the bucket says.

    Attributes:
        encryption: ``AES256`` (SSE-S3), ``aws:kms`` or ``aws:kms:dsse``.
        kms_key: The id or ARN of the key, for the latter two.
        storage_class: Such as ``STANDARD_IA`` or ``INTELLIGENT_TIERING``.
        tags: Of each object, which the bucket's lifecycle rules and bills can name.
    """

    encryption: str | None = None
    kms_key: str | None = None
    storage_class: str | None = None
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        encryption: str | None = None,
        kms_key: str | None = None,
        storage_class: str | None = None,
        tags: Mapping[str, str] | str | None = None,
    ) -> Self:
        """Return what settings mean.

        Args:
            encryption: As the attribute.
            kms_key: As the attribute.
            storage_class: As the attribute.
            tags: As the attribute, or text such as ``team=data,cost=42``.

        Raises:
            ConfigurationError: S3 does not know it, or could not give back what is written so.
        """
        found = cls(encryption or None, kms_key or None, storage_class or None, _tags_of(tags or {}))
        found._check()
        return found

    def arguments(self) -> dict[str, str]:
        """Return what the requests of S3 that write an object are given."""
        named = {
            "ServerSideEncryption": self.encryption,
            "SSEKMSKeyId": self.kms_key,
            "StorageClass": self.storage_class,
            "Tagging": urlencode(self.tags),
        }
        return {name: value for name, value in named.items() if value}

    def _check(self) -> None:
        _check_choice("s3_encryption", self.encryption, _ENCRYPTIONS)
        if self.kms_key is not None and self.encryption in {None, "AES256"}:
            message = (
                f"[artifacts] s3_kms_key is {self.kms_key!r}, and [artifacts] s3_encryption is {self.encryption!r}, "
                "which uses no key; set it to 'aws:kms', or leave the key away"
            )
            raise ConfigurationError(message)
        if self.storage_class in _FROZEN:
            message = (
                f"[artifacts] s3_storage_class is {self.storage_class!r}, from which nothing can be read at once; "
                "set it to 'GLACIER_IR', or to another of " + ", ".join(map(repr, _CLASSES))
            )
            raise ConfigurationError(message)
        _check_choice("s3_storage_class", self.storage_class, _CLASSES)
        _check_tags(self.tags)


def _check_choice(name: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        message = f"[artifacts] {name} is {value!r}; set it to one of {', '.join(map(repr, choices))}"
        raise ConfigurationError(message)


def _tags_of(given: Mapping[str, str] | str) -> Mapping[str, str]:
    if isinstance(given, Mapping):
        return dict(given)
    tags: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in given.split(","))):
        key, equals, value = (one.strip() for one in pair.partition("="))
        if not equals or key in tags:
            message = (
                f"[artifacts] s3_tags is {given!r}, of which {pair!r} is no pair of its own; "
                "set it to pairs such as 'team=data,cost=42'"
            )
            raise ConfigurationError(message)
        tags[key] = value
    return tags


def _check_tags(tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        fits = 0 < len(key) <= _KEY_LENGTH and len(value) <= _VALUE_LENGTH and not key.lower().startswith("aws:")
        if not fits or not (_TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(value)):
            message = (
                f"[artifacts] s3_tags has {key!r}={value!r}, which S3 refuses: up to {_KEY_LENGTH} characters for a "
                f"key that does not begin with 'aws:', {_VALUE_LENGTH} for a value, of letters, digits, spaces and "
                "_.:/=+-@"
            )
            raise ConfigurationError(message)
    if len(tags) > _TAGS:
        message = f"[artifacts] s3_tags has {len(tags)} tags, and S3 takes {_TAGS} an object; leave some away"
        raise ConfigurationError(message)
