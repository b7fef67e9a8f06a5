"""SQL is made of parameters only: nothing that anyone gives becomes a part of a statement."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

import airflow_artifacts.lineage
from airflow_artifacts.client import VERBS, ArtifactClient
from airflow_artifacts.exceptions import ArtifactError
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Iterator

LINEAGE = Path(airflow_artifacts.lineage.__file__).parent

# What takes SQL as it is written.
RAW = frozenset({"text", "literal_column", "exec_driver_sql", "op", "DDL", "TextClause"})
# Text of our own, without anything that anyone gives: what compiles an aggregate of both databases, the names of our
# own tables, and the word with which a transaction begins.
OURS = {
    "describing.py": {"_collected_by_postgresql", "_collected_by_sqlite"},
    "database.py": {"_begin_sqlite"},
    "0004_overview.py": {"_add_decisions"},
}


def _functions(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Give each call in a module with the name of the function that it stands in."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from ((function.name, one) for one in ast.walk(function) if isinstance(one, ast.Call))
    inside = {
        id(one) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for one in ast.walk(function)
    }
    yield from (("", one) for one in ast.walk(tree) if isinstance(one, ast.Call) and id(one) not in inside)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _faults(path: Path) -> Iterator[str]:
    """Give the calls of a module that make SQL of anything but a literal."""
    allowed = OURS.get(path.name, set())
    for function, call in _functions(ast.parse(path.read_text(encoding="utf-8"))):
        takes_text = _name(call) in RAW or (_name(call) in {"execute", "scalar", "scalars"} and _is_text(call))
        if takes_text and not all(map(_is_literal, call.args[:1])) and function not in allowed:
            yield f"{path.name}:{call.lineno} {ast.unparse(call)}"


def _is_text(call: ast.Call) -> bool:
    """Whether what is executed is text: put together, or formatted."""
    first = call.args[0] if call.args else None
    formatted = isinstance(first, ast.Call) and _name(first) == "format"
    return isinstance(first, (ast.JoinedStr, ast.BinOp)) or formatted


def test_no_statement_is_put_together_of_text() -> None:
    """What takes SQL as text is given literals, but for the few functions that compile our own."""
    modules = list(LINEAGE.rglob("*.py"))
    assert len(modules) > 40
    assert [fault for path in modules for fault in _faults(path)] == []


@pytest.mark.parametrize(
    "line",
    ["sa.text(f'{x}')", "c.execute('a' + x)", "c.execute(f'{x}')", "c.exec_driver_sql(x)", "c.execute('%s' % x)",
     "name.op(x)", "sa.literal_column(x)", "c.scalar('{}'.format(x))"],
)  # fmt: skip
def test_the_check_above_sees_what_it_should(tmp_path: Path, line: str) -> None:
    """A statement that is put together is found."""
    (tmp_path / "bad.py").write_text(f"def f(c, x):\n    {line}\n")
    assert len(list(_faults(tmp_path / "bad.py"))) == 1


HOSTILE = [
    "'; DROP TABLE version; --",
    '" OR 1=1 --',
    "%",
    "_",
    "*",
    "[a-z]",
    "\\",
    "\\%",
    "${x}",
    "%(id)s",
    ":id",
    "?",
    "a\0b",
    "\ud800",
    "💥" * 40,
    "x" * 300,
    "{0}",
]


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client with two artifacts, on each of the two databases."""
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=database_url) as client:
        client.save(1, "raw/one", tags=["bronze"], metadata={"rows": 1})
        client.save(2, "raw_two", aliases=["production"])
        yield client


def _asked(client: ArtifactClient, text: str) -> dict[str, Any]:
    """Return what each verb gives for a text in each place where it takes one, or the error that refuses it."""
    found: dict[str, Any] = {}
    for verb in sorted(VERBS - {"close", "record", "current"}):
        method = getattr(client, verb)
        for name, parameter in inspect.signature(method).parameters.items():
            if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
                continue
            if not {"str", "Any", "object"} & set(re.findall(r"\w+", str(parameter.annotation))):
                continue
            required = [
                one
                for one in inspect.signature(method).parameters.values()
                if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
            ]
            other = "nothing/such" if verb == "delete" else "raw/one"
            arguments = {one.name: other for one in required} | {name: text}
            try:
                given = method(**arguments)
                found[f"{verb} {name}"] = list(given) if inspect.isgenerator(given) else given
            except ArtifactError as error:
                found[f"{verb} {name}"] = error
            except (TypeError, AttributeError, ValueError) as error:
                found[f"{verb} {name}"] = error  # text where something else is taken
    return found


@LONG_ON_BOTH
def test_hostile_text_is_text_for_every_verb(client: ArtifactClient) -> None:
    """No verb makes more of a text than a text: it fits nothing, is refused, or kept as it is."""
    for text in HOSTILE:
        _check(client, text)


def _check(client: ArtifactClient, text: str) -> None:
    spoken: list[str] = []

    def speak(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        spoken.append(statement)

    engine = client.lineage._database.engine
    # What the verbs of an earlier text saved may be deleted by those of this one.
    before = {name: id_ for name, id_ in _versions(client).items() if name in {"raw/one@1", "raw_two@1"}}
    event.listen(engine, "before_cursor_execute", speak)
    found = _asked(client, text)
    event.remove(engine, "before_cursor_execute", speak)
    assert len(found) > 40
    if len(text) > 3 and text != "%(id)s":  # which the driver of PostgreSQL itself writes
        assert not [statement for statement in spoken if text in statement]
    assert len(before) == 2
    assert before.items() <= _versions(client).items()
    for name in ("load reference", "get reference", "history name", "resolve reference"):
        if name in found:
            assert not getattr(found[name], "artifact", "").startswith("raw"), name


def _versions(client: ArtifactClient) -> dict[str, str]:
    return {str(version): version.id for version in client.search()}


@pytest.mark.parametrize("pattern", ["%", "raw%", "raw_one", "r[a]w/one", "raw\\*", "\\", "'", "_aw*"])
def test_no_letter_but_star_and_question_mark_fits_others(client: ArtifactClient, pattern: str) -> None:
    """The signs that the databases' own patterns know stand for themselves."""
    assert [version.artifact for version in client.search(pattern)] == []


def test_the_signs_that_fit_others_do(client: ArtifactClient) -> None:
    """A star fits any text, a question mark one letter, on both databases."""
    assert [version.artifact for version in client.search("raw?one")] == ["raw/one"]
    assert {version.artifact for version in client.search("raw*")} == {"raw/one", "raw_two"}
    assert [version.artifact for version in client.search("raw_*")] == ["raw_two"]
