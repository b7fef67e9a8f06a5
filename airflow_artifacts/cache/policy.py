"""Policies: which parts go into a task's cache key, for how long an entry counts, and who shares it.

They add up: ``INPUTS + SOURCE - "verbose"``, ``SOURCE.expires(days=7)``.
"""

from __future__ import annotations

import dataclasses
import enum
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["INPUTS", "INTERVAL", "NEVER", "SOURCE", "CachePolicy", "Ingredient", "policy_of"]

_SCOPES = ("task", "dag", "all")


class Ingredient(str, enum.Enum):
    """What a policy puts into the key."""

    INPUTS = "INPUTS"
    SOURCE = "SOURCE"
    INTERVAL = "INTERVAL"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """Which parts go into a task's cache key; immutable, each verb returns another policy.

    Made of :data:`INPUTS`, :data:`SOURCE`, :data:`INTERVAL` and :data:`NEVER`.

    Attributes:
        ingredients: What goes in.
        ignored: Parameters that are left out.
        lifetime: How old an entry may be; None for any age.
        extras: Values, or callables without arguments that give one when the task decides.
        environment: Environment variables whose values go in.
        files: Files and folders whose bytes go in; relative ones stand beside the file of the function.
        code: Functions, classes and modules that go in with all they reach.
        packages: Distributions whose versions go in; ``True`` for all that are installed.
        shared: Who shares entries: the ``task``, its ``dag``, or ``all``.
        enabled: Whether there are entries at all.
    """

    ingredients: frozenset[Ingredient] = frozenset()
    ignored: frozenset[str] = frozenset()
    lifetime: timedelta | None = None
    extras: tuple[Any, ...] = ()
    environment: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    code: tuple[Any, ...] = ()
    packages: frozenset[str] | bool = False
    shared: str = "all"
    enabled: bool = True

    def __add__(self, other: object) -> CachePolicy:
        """Put in what either of them puts in; the shorter lifetime and the narrower scope count."""
        if not isinstance(other, CachePolicy):
            return NotImplemented
        if not self.enabled or not other.enabled:
            message = "NEVER cannot be added to a policy: a task is either cached or not; leave one of them away"
            raise DeclarationError(message)
        lifetimes = [policy.lifetime for policy in (self, other) if policy.lifetime is not None]
        packages: frozenset[str] | bool = True
        if self.packages is not True and other.packages is not True:
            packages = frozenset(self.packages or ()) | frozenset(other.packages or ())
        return CachePolicy(
            ingredients=self.ingredients | other.ingredients,
            ignored=self.ignored | other.ignored,
            lifetime=min(lifetimes, default=None),
            extras=self.extras + other.extras,
            environment=self.environment | other.environment,
            files=self.files + other.files,
            code=self.code + other.code,
            packages=packages or False,
            shared=min(self.shared, other.shared, key=_SCOPES.index),
        )

    def __sub__(self, other: object) -> CachePolicy:
        """Leave out a parameter, several, or the ingredients of another policy."""
        self._require()
        if isinstance(other, CachePolicy):
            return dataclasses.replace(self, ingredients=self.ingredients - other.ingredients)
        if isinstance(other, str):
            return dataclasses.replace(self, ignored=self.ignored | {other})
        if isinstance(other, (list, tuple, set, frozenset)) and all(isinstance(name, str) for name in other):
            return dataclasses.replace(self, ignored=self.ignored | frozenset(other))
        return NotImplemented

    def expires(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> CachePolicy:
        """Let entries count for so long after they were computed; a reuse does not renew them.

        Raises:
            DeclarationError: That is no time at all.
        """
        self._require()
        lifetime = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if lifetime <= timedelta(0):
            message = f"an entry that expires after {lifetime} would never count; give more, or use NEVER"
            raise DeclarationError(message)
        return dataclasses.replace(self, lifetime=lifetime)

    def extra(self, *values: Any) -> CachePolicy:
        """Put in values, or what callables without arguments return when the task decides."""
        self._require()
        return dataclasses.replace(self, extras=self.extras + values)

    def include(
        self,
        *,
        env: Iterable[str] = (),
        files: Iterable[str | Path] = (),
        code: Sequence[Any] = (),
        packages: Iterable[str] | bool = False,
    ) -> CachePolicy:
        """Put in what the analysis of the code cannot see.

        Args:
            env: Environment variables, by name.
            files: Files and folders, by their bytes; relative ones stand beside the file of the function.
            code: Functions, classes and modules, with all they reach.
            packages: Distributions, by their versions; ``True`` for all that are installed.

        Raises:
            DeclarationError: A text stands where a list of them is meant.
        """
        self._require()
        for name, given in (("env", env), ("files", files), ("code", code), ("packages", packages)):
            if isinstance(given, (str, bytes)):
                message = f"include({name}={given!r}) names one thing; write a list: {name}=[{given!r}]"
                raise DeclarationError(message)
        included = CachePolicy(
            environment=frozenset(env),
            files=tuple(str(file) for file in files),
            code=tuple(code),
            packages=packages if isinstance(packages, bool) else frozenset(packages),
        )
        return self + included

    def scope(self, shared: str) -> CachePolicy:
        """Share entries with every task that calls the same thing (``all``), within the ``dag``, or the ``task``.

        Raises:
            DeclarationError: It is none of the three.
        """
        self._require()
        if shared not in _SCOPES:
            message = f"the scope {shared!r} is none of {', '.join(map(repr, _SCOPES))}; choose one of them"
            raise DeclarationError(message)
        return dataclasses.replace(self, shared=shared)

    def __str__(self) -> str:
        if not self.enabled:
            return "NEVER"
        terms = [one.value for one in Ingredient if one in self.ingredients]
        text = " + ".join(terms) or "nothing"
        return text + "".join(f" - {name!r}" for name in sorted(self.ignored))

    def _require(self) -> None:
        if not self.enabled:
            message = "NEVER has no key that could be changed; begin with INPUTS + SOURCE"
            raise DeclarationError(message)


INPUTS = CachePolicy(ingredients=frozenset({Ingredient.INPUTS}))
"""The artifacts, parameters and context values that the function takes."""
SOURCE = CachePolicy(ingredients=frozenset({Ingredient.SOURCE}))
"""The code of the function and of all it reaches."""
INTERVAL = CachePolicy(ingredients=frozenset({Ingredient.INTERVAL}))
"""What the run stands for: its data interval, partition or events; a manual run's id."""
NEVER = CachePolicy(enabled=False)
"""Neither read nor write entries."""


def policy_of(cache: object) -> CachePolicy | None:
    """Return the policy that ``cache=`` means; None for the default one.

    Raises:
        DeclarationError: It is no policy.
    """
    if cache is None or cache is True:
        return None
    if cache is False:
        return NEVER
    if isinstance(cache, CachePolicy):
        return cache
    message = f"cache={cache!r} is no policy; write True, False, or a sum such as INPUTS + SOURCE"
    raise DeclarationError(message)
