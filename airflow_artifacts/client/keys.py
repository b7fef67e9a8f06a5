"""The cache key of a call: what its policy puts in, of what the task was given and of what its code reaches."""

from __future__ import annotations

import importlib.metadata
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import materializers
from airflow_artifacts.annotations import members
from airflow_artifacts.cache.key import (
    Secrets,
    context_part,
    file_part,
    key_of,
    masked_part,
    occasion_part,
    output_part,
    secret_part,
    value_part,
)
from airflow_artifacts.cache.policy import INPUTS, INTERVAL, SOURCE, CachePolicy, Ingredient
from airflow_artifacts.client.inputs import recordable
from airflow_artifacts.client.provenance import PACKAGE
from airflow_artifacts.client.types import class_named, first_party_classes, origin_of_type
from airflow_artifacts.entries import CacheKey, KeyPart, PartKind
from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.fingerprint.source import analyse
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from airflow_artifacts.client.call import Interpreter, TaskCall
    from airflow_artifacts.client.inputs import Inputs
    from airflow_artifacts.fingerprint.source import CodeFingerprint

__all__ = ["key_of_call", "policy_of_call"]

_OWN = "airflow_artifacts."


def policy_of_call(call: TaskCall, inputs: Inputs) -> CachePolicy:
    """Return the policy of a call: the one that is written out, else the default.

    By default a task without artifact inputs is a source, whose results belong to the run.
    """
    if call.policy is not None:
        return call.policy
    return INPUTS + SOURCE if inputs.references else INPUTS + SOURCE + INTERVAL


def key_of_call(call: TaskCall, inputs: Inputs) -> CacheKey:
    """Return the cache key of a call.

    Args:
        call: What is called.
        inputs: Its arguments, resolved.

    Raises:
        FingerprintError: A part cannot be known; the message says which, why, and what can be done.
    """
    policy = policy_of_call(call, inputs)
    secrets = Secrets(call.secret)
    parts = [
        *_outputs(call),
        *_scope(call, policy),
        *_extras(call, policy, secrets),
        *_code(call, inputs, policy, secrets),
    ]
    if Ingredient.INPUTS in policy.ingredients:
        parts += inputs.parts(policy.ignored, secrets, coded=Ingredient.SOURCE in policy.ingredients)
        parts += _context(call, policy)
    if Ingredient.INTERVAL in policy.ingredients:
        parts.append(occasion_part(call.occasion))
    if call.policy is None and not inputs.references:
        parts += _task(call)
    return key_of(parts)


def _context(call: TaskCall, policy: CachePolicy) -> Iterator[KeyPart]:
    if call.takes_context:
        message = (
            f"{call.signature.name!r} takes the whole context of the task (**context), which is another for every run; "
            "take what it needs of it as parameters, such as ds"
        )
        raise FingerprintError(message)
    for name, value in call.context.items():
        if name not in policy.ignored:
            yield context_part(name, value)


def _task(call: TaskCall) -> Iterator[KeyPart]:
    run = call.task_run
    index = f"[{run.map_index}]" if run.map_index >= 0 else ""
    yield value_part(PartKind.TASK, "task", f"{run.dag_id}.{run.task_id}{index}")


def _scope(call: TaskCall, policy: CachePolicy) -> Iterator[KeyPart]:
    run = call.task_run
    if policy.shared != "all":
        shared = run.dag_id if policy.shared == "dag" else f"{run.dag_id}.{run.task_id}"
        yield value_part(PartKind.SCOPE, policy.shared, shared)


def _outputs(call: TaskCall) -> Iterator[KeyPart]:
    def writer(output: str) -> str | None:
        given = call.materializers.get(output)
        return None if given is None else public_name(type(given))

    if call.signature.keyed:
        yield value_part(PartKind.OUTPUT, "multiple_outputs", str(call.signature.value))
    for output in call.signature.outputs:
        yield output_part(output, writer(output.name))
    for name in sorted(set(call.materializers) - {output.name for output in call.signature.outputs}):
        yield value_part(PartKind.OUTPUT, name, writer(name))


def _extras(call: TaskCall, policy: CachePolicy, secrets: Secrets) -> Iterator[KeyPart]:
    for index, extra in enumerate(policy.extras):
        name = f"{index}: {getattr(extra, '__name__', 'value')}"
        value = _called(extra, name) if callable(extra) else extra
        yield masked_part(PartKind.EXTRA, name, value, recordable(value), call.mask, secrets)
    folder = _folder(call)
    for file in policy.files:
        yield from file_part(folder / file, file)
    if call.interpreter is None:
        yield from _packages(policy)
    elif policy.packages and Ingredient.SOURCE not in policy.ingredients:
        yield from _facts(call.interpreter(()))


def _called(extra: Callable[[], Any], name: str) -> Any:
    try:
        return extra()
    except Exception as error:
        message = f"the callable {name!r} of .extra(…) failed with {type(error).__name__}: {error}; mend it"
        raise FingerprintError(message) from error


def _packages(policy: CachePolicy) -> Iterator[KeyPart]:
    if policy.packages is True:
        found = {one.name: one.version for one in importlib.metadata.distributions() if one.name}
        names = sorted(found)
    else:
        names = sorted(policy.packages or ())
        found = {name: _version(name) for name in names}
    for name in names:
        yield value_part(PartKind.PACKAGE, name, found[name])


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        message = f"the package {name!r} of .include(packages=…) is not installed here; name one that is"
        raise FingerprintError(message) from None


def _folder(call: TaskCall) -> Path:
    """Return the folder beside which relative files stand."""
    try:
        return Path(inspect.getfile(inspect.unwrap(call.function))).parent
    except TypeError:
        return Path.cwd()


def _code(call: TaskCall, inputs: Inputs, policy: CachePolicy, secrets: Secrets) -> Iterator[KeyPart]:
    """Give the parts of the function's code, of what the policy includes, and of materializers of the user's own."""
    classes = tuple(_classes(call, inputs))
    included = (*policy.code, *_materializers(call, inputs), *classes)
    names, variables = set(policy.environment), set[str]()
    is_code = Ingredient.SOURCE in policy.ingredients
    if is_code and call.interpreter is None:
        code = analyse(call.function, first_party=call.first_party, include=included)
        yield from _explained(code, "function", call, secrets)
        yield from _behind_inputs(call, inputs)
        names |= code.environment
        variables |= code.variables
    else:
        for index, one in enumerate(included):
            code = analyse(one, first_party=call.first_party)
            yield from _explained(code, f"included[{index}]", call, secrets)
            names |= code.environment
            variables |= code.variables
        if is_code and call.interpreter is not None:
            yield from _elsewhere(call, call.interpreter, classes, secrets)
    makers = ((made, function) for made, function in inputs.functions if made.partition("[")[0] not in policy.ignored)
    for index, (made, function) in enumerate(makers):
        # Each by itself: it counts which one is called, for what, and after which others.
        code = analyse(function, first_party=call.first_party)
        yield from _explained(code, f"{made} by map[{index}]", call, secrets)
        names |= code.environment
        variables |= code.variables
    for name in sorted(variables):
        yield secret_part(PartKind.VARIABLE, name, repr(call.variable(name)), secrets)
    for name in sorted(names):
        yield secret_part(PartKind.ENVIRONMENT, name, repr(os.environ.get(name)), secrets)


def _elsewhere(
    call: TaskCall, ask: Callable[[Collection[str]], Interpreter], classes: Iterable[type], secrets: Secrets
) -> Iterator[KeyPart]:
    """Give the parts of a function that runs in another Python, and of that Python.

    Of its code only its own text goes there; what it imports is what that Python has, whatever the worker has.
    """
    code = analyse(call.function, first_party=call.first_party, elsewhere=True)
    yield from _explained(code, "function", call, secrets)
    # Their modules are imported there for the values that it is given.
    interpreter = ask({*code.elsewhere, *(one.__module__ for one in classes)})
    yield from _facts(interpreter)
    for name, digest in interpreter.modules.items():
        yield KeyPart(kind=PartKind.INTERPRETER, name=f"module {name}", digest=digest)
    for name in sorted(code.variables | interpreter.variables):
        yield secret_part(PartKind.VARIABLE, name, repr(call.variable(name)), secrets)
    for name in sorted(code.environment | interpreter.reads):
        value = interpreter.environment.get(name)
        yield secret_part(PartKind.ENVIRONMENT, f"{name} (of the interpreter)", repr(value), secrets)


def _facts(interpreter: Interpreter) -> Iterator[KeyPart]:
    for name, fact in interpreter.facts.items():
        yield value_part(PartKind.INTERPRETER, name, fact)
    for name, version in interpreter.packages.items():
        yield value_part(PartKind.INTERPRETER, f"{PACKAGE}{name}", version)


def _classes(call: TaskCall, inputs: Inputs) -> Iterator[type]:
    """Give the classes of the user's own whose values the function is given: by annotation, or by what was stored."""
    annotations = [parameter.annotation for parameter in call.signature.parameters.values()]
    found = dict.fromkeys(first_party_classes(annotations, call.first_party))
    for reference in inputs.references:
        name = reference.version.type
        if origin_of_type(name, call.first_party).is_first_party and (one := class_named(name)) is not None:
            found[one] = None
    return iter(found)


def _behind_inputs(call: TaskCall, inputs: Inputs) -> Iterator[KeyPart]:
    """Give the versions of the packages that the values are of: their methods are code that runs."""
    for name in sorted({reference.version.type for reference in inputs.references}):
        origin = origin_of_type(name, call.first_party)
        if origin.package:
            yield value_part(PartKind.PACKAGE, f"{origin.package} (of {name})", origin.version)


def _explained(code: CodeFingerprint, name: str, call: TaskCall, secrets: Secrets) -> Iterator[KeyPart]:
    """Give the part that counts, and beside it those that explain it.

    Raises:
        FingerprintError: The code asks for the running task's context, or holds a secret that cannot be told apart.
    """
    if code.asks_context is not None:
        message = (
            f"{code.asks_context}, which is another for every run; take what it needs of it as parameters, such as ds"
        )
        raise FingerprintError(message)
    holds_secret = False
    for part in code.parts:
        is_code = part.kind in {PartKind.FUNCTION.value, PartKind.CLASS.value}
        text = None if part.text is None else str(call.mask(part.name, part.text))
        is_secret = not is_code and text != part.text
        holds_secret |= is_secret
        yield KeyPart(
            kind=PartKind(part.kind),
            name=part.name,
            digest=secrets.digest(part.digest, f"the constant {part.name!r}") if is_secret else part.digest,
            shown=None if is_code or is_secret else text,
            text=text if is_code else None,
            place=part.place,
            counts=False,
        )
    digest = secrets.digest(code.digest, f"the code of {name}") if holds_secret else code.digest
    yield KeyPart(kind=PartKind.CODE, name=name, digest=digest)


def _materializers(call: TaskCall, inputs: Inputs) -> Iterator[Any]:
    """Give the materializers that are not this package's: those given, of the outputs' types, and of the inputs."""
    found: dict[str, Any] = {public_name(type(given)): given for given in call.materializers.values()}
    wanted = [member for output in call.signature.outputs for member in members(output.annotation)]
    kinds = (getattr(member, "__origin__", member) for member in wanted)
    registered = [materializers.find(kind) for kind in kinds if isinstance(kind, type)]
    registered += [materializers.find_name(reference.version.materializer) for reference in inputs.references]
    for one in registered:
        # Only those of others are imported for it: their code may change without a release of this package.
        if one is not None and not one.module.startswith(_OWN):
            found[public_name(type(one.handler))] = one.handler
    return iter(found[name] for name in sorted(found) if not name.startswith(_OWN))
