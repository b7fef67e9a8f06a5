"""The declaration users write, and the texts that name artifacts: names, their templates, words and references.

The rules for texts stand here and nowhere else. A name never becomes a path in the store (objects lie under their
digest), so these rules serve people, references and URLs.
"""

from __future__ import annotations

import dataclasses
import math
import re
import string
import unicodedata
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import ConfigurationError, DeclarationError, InvalidNameError
from airflow_artifacts.registry import import_name, public_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "JSON_RULE",
    "LATEST",
    "NAME_LENGTH",
    "PLACEHOLDERS",
    "Artifact",
    "Reference",
    "check_alias",
    "check_name",
    "check_tag",
    "check_version",
    "json_fault",
    "literal",
    "literal_fault",
    "parse_reference",
    "placeholders",
    "render",
    "unnamed",
]

LATEST = "latest"
NAME_LENGTH = 255
# A word stands in every reference, and a reference must stay under 1 KB in XCom.
WORD_LENGTH = 64
TAG_LENGTH = 255

PLACEHOLDERS = frozenset({"date", "time", "ds", "dag_id", "task_id", "run_id", "map_index"})
"""What a template may name besides the substitutions of its task."""

JSON_RULE = "text, finite numbers under 600 digits, and lists and dicts of these, with text as keys and at most 50 deep"
"""What parameters and metadata may be."""

_JSON_BITS = 2000
_JSON_DEPTH = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"\d+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_UUID_START = re.compile(r"[0-9a-fA-F]{8}[0-9a-fA-F-]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """The text by which a version is asked for, taken apart.

    Attributes:
        text: As it was written.
        artifact: The artifact's name; a UUID where ``id`` is set.
        word: ``latest``, a number, an explicit version, an alias, or a date.
        id: The text as a UUID, or the beginning of one, in lower case; None where it cannot be one.
    """

    text: str
    artifact: str
    word: str
    id: str | None = None

    @property
    def is_id(self) -> bool:
        """Whether the text is a whole UUID."""
        return self.id is not None and _UUID.fullmatch(self.id) is not None


@dataclasses.dataclass(frozen=True)
class Artifact:
    """An artifact, as a DAG file names it: an output, an input, or what a DAG waits for.

    As an output it declares what becomes of a value: ``Annotated[pd.DataFrame, Artifact("raw/events",
    tags=["bronze"])]``. As an argument of a task it is the version that its reference means when the task starts:
    ``score(Artifact("models/churn@production"))``. ``schedule=[Artifact("raw/events").asset]`` starts a DAG with every
    new version.

    Name and version may be templates, filled when the task runs: ``{date}``, ``{time}``, ``{ds}``, ``{dag_id}``,
    ``{task_id}``, ``{run_id}``, ``{map_index}`` and the task's ``substitutions``.

    Args:
        name: Shared by all DAGs; at most 255 characters, with ``/`` as separator. For an input also a whole reference:
            ``name@word``, or a version's UUID.
        version: An explicit version; without one the value gets the artifact's next number.
        type: What it is for people, such as ``"model"``; ``"data"`` unless said.
        tags: Labels the version gets.
        aliases: Movable names the version gets, such as ``"production"``.
        metadata: JSON the version gets.
        format: How the value is written, of those that its materializer offers, such as ``"arrow"`` for a table.

    Attributes:
        word: What stands behind the ``@`` of a reference, which is not part of the name any more.

    Raises:
        InvalidNameError: The name, version, a tag or an alias breaks the rules for them.
        DeclarationError: The metadata is not JSON, or a reference declares what only a new version can have.
    """

    name: str
    version: str | int | None = None
    type: str = "data"
    tags: Iterable[str] = ()
    aliases: Iterable[str] = ()
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    format: str | None = None
    word: str | None = dataclasses.field(default=None, init=False)

    def __post_init__(self) -> None:
        if "@" in str(self.name) or _UUID.fullmatch(str(self.name)):
            self._refer()
            return
        check_name(_specimen(self.name))
        if self.version is not None:
            check_version(_specimen(str(self.version)))
            object.__setattr__(self, "version", str(self.version))
        check_tag(self.type)
        for field, check in (("tags", check_tag), ("aliases", check_alias)):
            texts = getattr(self, field)
            if isinstance(texts, str):
                message = f"{field}={texts!r} of artifact {self.name!r} is one text; write [{texts!r}]"
                raise DeclarationError(message)
            object.__setattr__(self, field, frozenset(texts))
            for text in texts:
                check(text)
        if fault := json_fault(dict(self.metadata)):
            message = f"metadata{fault} of artifact {self.name!r} is not JSON; use {JSON_RULE}"
            raise DeclarationError(message)

    def __str__(self) -> str:
        return self.reference

    @property
    def templates(self) -> frozenset[str]:
        """The placeholders that its name, version and word hold."""
        return placeholders(self.name) | placeholders(str(self.version or "")) | placeholders(self.word or "")

    @property
    def reference(self) -> str:
        """What it means as an input, as a template: its latest version, unless it says otherwise."""
        return self.name if self.word is None else f"{self.name}@{self.word}"

    @property
    def is_reference(self) -> bool:
        """Whether it names one of the versions, so that it can be an input alone."""
        return self.word is not None or _UUID.fullmatch(self.name) is not None

    @property
    def declares(self) -> bool:
        """Whether it says more than a name, of a version that is to be made."""
        plain: tuple[object, ...] = (None, "data", (), (), {}, None)
        said = (self.version, self.type, tuple(self.tags), tuple(self.aliases), dict(self.metadata), self.format)
        return said != plain

    @property
    def asset(self) -> Any:
        """The Airflow asset of this artifact, for ``schedule=``, ``inlets=`` and conditions.

        Every new version that ``latest`` comes to name is an event of it.

        Raises:
            DeclarationError: It names one version, or its name is a template: an asset is of all versions of one name.
            ConfigurationError: Airflow is not installed here.
        """
        try:
            make: Any = import_name("airflow_artifacts.provider.assets:asset_of")
        except ImportError as error:
            message = f"the asset of {self.name!r} needs Airflow, which cannot be imported here: {error}"
            raise ConfigurationError(message) from error
        return make(self)

    def _refer(self) -> None:
        """Become a reference to a version."""
        if self.declares:
            message = (
                f"Artifact({self.name!r}) asks for a version, and version, type, tags, aliases, metadata and format "
                "declare a new one; give it one or the other"
            )
            raise DeclarationError(message)
        parsed = parse_reference(_specimen(self.name))
        name, at, word = self.name.partition("@")
        if at:
            check_name(parsed.artifact)
            _check_text(parsed.word, "word", WORD_LENGTH)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "word", word or None)
        object.__setattr__(self, "tags", frozenset())
        object.__setattr__(self, "aliases", frozenset())


def check_name(name: str) -> str:
    """Return a user's artifact name, if it is allowed.

    Raises:
        InvalidNameError: It is not text, empty, over 255 characters, or holds ``::``, ``@``, a control or
            formatting character, space at an end, or an empty, ``.`` or ``..`` segment between its ``/``; or it
            reads as a UUID.
    """
    _check_text(name, "artifact name", NAME_LENGTH)
    if "::" in name or "@" in name:
        message = (
            f"the artifact name {name!r} holds {'::' if '::' in name else '@'!r}, which separates the parts of "
            "unnamed artifacts and versions; use '/' to separate parts"
        )
        raise InvalidNameError(message)
    if any(segment in {"", ".", ".."} for segment in name.split("/")):
        message = f"the artifact name {name!r} has an empty, '.' or '..' segment; write segments like 'raw/events'"
        raise InvalidNameError(message)
    if _UUID.fullmatch(name):
        message = f"the artifact name {name!r} reads as the UUID of a version; put a word before it"
        raise InvalidNameError(message)
    return name


def check_version(word: str) -> str:
    """Return an explicit version, if it is allowed.

    Raises:
        InvalidNameError: It breaks the rules for words, is ``latest``, reads as a date, or is a number with a
            leading zero.
    """
    _check_word(word, "version")
    if _DIGITS.fullmatch(word) and (word.startswith("0") or not word.isascii()):
        message = f"the version {word!r} is a number that is not written as one; versions count from 1"
        raise InvalidNameError(message)
    return word


def check_alias(word: str) -> str:
    """Return an alias, if it is allowed.

    Raises:
        InvalidNameError: It breaks the rules for words, is ``latest``, or reads as a date or a number.
    """
    _check_word(word, "alias")
    if _DIGITS.fullmatch(word):
        message = f"the alias {word!r} is a number, and numbers name versions; use a word"
        raise InvalidNameError(message)
    return word


def check_tag(tag: str) -> str:
    """Return a tag, if it is text of at most 255 characters without control characters.

    Raises:
        InvalidNameError: It is not.
    """
    return _check_text(tag, "tag", TAG_LENGTH)


def unnamed(dag_id: str, task_id: str, output: str, map_index: int = -1) -> str:
    """Return the name of the artifact that an output without a name of its own goes to."""
    return "::".join([dag_id, task_id, output] + ([str(map_index)] if map_index >= 0 else []))


def placeholders(template: str) -> frozenset[str]:
    """Return what a template names.

    Raises:
        InvalidNameError: It is not a template, or asks for more than a name (an attribute, an index, a format).
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        message = f"{template!r} is not a template: {error}; write '{{{{' for a brace"
        raise InvalidNameError(message) from None
    for _, name, form, conversion in parts:
        if name is not None and (not name.isidentifier() or form or conversion):
            message = f"{template!r} holds {{{name}}}, which is not a plain name such as {{ds}}"
            raise InvalidNameError(message)
    return frozenset(name for _, name, _, _ in parts if name is not None)


def render(template: str, values: Mapping[str, object]) -> str:
    """Fill a template.

    Raises:
        InvalidNameError: A key is missing; the message names it and those there are.
    """
    if missing := sorted(placeholders(template) - set(values)):
        message = (
            f"the template {template!r} names {{{missing[0]}}}, which is not known; "
            f"known are {', '.join(sorted(values))}; give it in substitutions={{{missing[0]!r}: …}}"
        )
        raise InvalidNameError(message)
    return template.format_map({key: str(value) for key, value in values.items()})


def literal(text: object) -> str:
    """Return the template that renders to a text."""
    if not isinstance(text, str):
        message = f"a name is text, not {text!r}"
        raise InvalidNameError(message)
    return text.replace("{", "{{").replace("}", "}}")


def parse_reference(text: str) -> Reference:
    """Take the text of a reference apart: ``name``, ``name@word``, a UUID, or the beginning of one.

    Raises:
        InvalidNameError: It is not text, is empty, or lacks the name or the word beside its ``@``.
    """
    _check_text(text, "reference", 1024)
    artifact, at, word = text.partition("@")
    if not artifact or (at and not word) or "@" in word:
        message = f"the reference {text!r} is not a name, 'name@version', 'name@alias' or a version's UUID"
        raise InvalidNameError(message)
    is_id = not at and _UUID_START.fullmatch(text) is not None
    return Reference(text, artifact, word or LATEST, text.lower() if is_id else None)


def json_fault(value: object, path: str = "", depth: int = 0) -> str | None:
    """Return where a value stops being JSON, such as ``['a'][0]``, or None where it is JSON throughout.

    NaN, infinities, integers over 600 digits, what is nested deeper than 50, and dicts with keys that are not text are
    not JSON. The value itself is ``""``.
    """
    if isinstance(value, (dict, list, tuple)):
        return f"{path[:20]}…" if depth > _JSON_DEPTH else _part_fault(value, path, depth)
    finite = isinstance(value, float) and math.isfinite(value)
    short = isinstance(value, int) and value.bit_length() <= _JSON_BITS
    return None if value is None or isinstance(value, str) or finite or short else path


def _part_fault(value: dict[Any, Any] | list[Any] | tuple[Any, ...], path: str, depth: int) -> str | None:
    if isinstance(value, dict):
        if odd := [key for key in value if not isinstance(key, str)]:
            return f"{path}[{odd[0]!r}]"
        parts = [(f"[{key!r}]", item) for key, item in value.items()]
    else:
        parts = [(f"[{index}]", item) for index, item in enumerate(value)]
    faults = (json_fault(item, path + part, depth + 1) for part, item in parts)
    return next((fault for fault in faults if fault is not None), None)


def literal_fault(value: object) -> str | None:
    """Return why a value cannot be written as an argument in a DAG file, or None where it can."""
    fault = json_fault(value)
    if fault is None:
        return None
    place = f" at {fault}" if fault else ""
    return (
        f"a {public_name(type(value))} is not JSON{place}; pass {JSON_RULE} (the "
        "annotation turns text into dates, paths or enums), or make the value in a task and pass that task's result"
    )


def _specimen(template: object) -> str:
    """Return a template with each placeholder filled, so that the text around them can be checked early."""
    if not isinstance(template, str):
        message = f"a name is text, not {template!r}"
        raise InvalidNameError(message)
    return render(template, dict.fromkeys(placeholders(template), "1"))


def _check_word(word: str, what: str) -> None:
    _check_text(word, what, WORD_LENGTH)
    if word == LATEST or _DATE.fullmatch(word):
        message = f"the {what} {word!r} is taken: 'latest' and dates choose among versions; use another word"
        raise InvalidNameError(message)
    if "@" in word or "::" in word or "/" in word:
        message = f"the {what} {word!r} holds '@', '::' or '/'; use letters, digits, '.', '-' and '_'"
        raise InvalidNameError(message)


def _check_text(text: object, what: str, length: int) -> str:
    if not isinstance(text, str) or not text:
        message = f"the {what} must be text that is not empty, not {text!r}"
        raise InvalidNameError(message)
    if len(text) > length:
        message = f"the {what} {text[:40] + '…'!r} has {len(text)} characters; the most is {length}"
        raise InvalidNameError(message)
    # Control, format (which includes the marks that turn the direction of text), surrogate and separator characters.
    odd = next((c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}), None)
    if odd is not None or text != text.strip():
        held = f"the character U+{ord(odd):04X}" if odd is not None else "space at an end"
        message = f"the {what} {text!r} holds {held}; leave it away"
        raise InvalidNameError(message)
    return text
