"""``@task.artifact``: a function whose arguments and results are artifacts."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, overload

import attrs
from airflow.sdk.bases.decorator import _TaskDecorator
from airflow.sdk.bases.operator import get_merged_defaults
from airflow.sdk.definitions._internal.contextmanager import DagContext, TaskGroupContext

from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.provider.assets import with_outlets
from airflow_artifacts.provider.declaring import (
    by_output,
    by_parameter,
    check_cache,
    check_literals,
    check_templates,
    signature_of,
)
from airflow_artifacts.provider.deferring import check_hits
from airflow_artifacts.provider.governing import GovernedMappedOperator
from airflow_artifacts.provider.mapping import check_mappable, over_items
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.xcom import ArtifactXComArg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions._internal.expandinput import ExpandInput
    from typing_extensions import ParamSpec

    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.signature import Signature

    P = ParamSpec("P")

R = TypeVar("R")

__all__ = ["ArtifactTaskDecorator", "artifact_task", "decorated"]


@attrs.define(slots=False)
class ArtifactTaskDecorator(_TaskDecorator[Any, Any, ArtifactDecoratedOperator]):
    """A decorated function: calling it in a DAG makes a task, ``.function`` is the function itself."""

    # Whether each key of the returned dict is an output; override() and partial() keep it.
    keyed: bool = attrs.field(default=False, kw_only=True)

    @property
    def signature(self) -> Signature:
        """What the function takes and gives."""
        return signature_of(self.function, multiple_outputs=self.keyed)

    @property
    def __globals__(self) -> dict[str, Any]:
        """The names of the function's module: a decorator around this one asks for them, before it is refused."""
        names: dict[str, Any] = getattr(self.function, "__globals__", {})
        return names

    def __call__(self, *args: Any, **kwargs: Any) -> ArtifactXComArg:
        """Make a task of it in the DAG at hand."""
        check_literals(self.function.__name__, by_parameter(self.function, args, kwargs))
        made = attrs.evolve(self, kwargs={**self.kwargs, "unpacks": self.signature.several})
        return self._result(super(ArtifactTaskDecorator, made).__call__(*args, **kwargs))

    def _expand(self, expand_input: ExpandInput, *, strict: bool) -> ArtifactXComArg:
        signature = self.signature
        expand_input = over_items(expand_input)
        check_mappable(self.function.__name__, expand_input)
        # The values of expand() by name, or the list of dicts of expand_kwargs().
        values = expand_input.value if isinstance(expand_input.value, dict) else {"expand_kwargs": expand_input.value}
        check_literals(self.function.__name__, {**self.kwargs.get("op_kwargs", {}), **values})
        defaults, _ = get_merged_defaults(
            dag=self.kwargs.get("dag") or DagContext.get_current(),
            task_group=self.kwargs.get("task_group") or TaskGroupContext.get_current(),
            task_params=None,
            task_default_args=self.kwargs.get("default_args"),
        )
        # Airflow hands only the arguments of every operator from default_args to mapped tasks.
        names = self.operator_class.options
        options = {name: defaults[name] for name in names if name in defaults}
        options.update({name: self.kwargs[name] for name in names if name in self.kwargs})
        check_templates(signature, options.get("substitutions"))
        check_cache(self.function, options.get("cache"), options.get("on_clear", "recompute"))
        check_hits(self.function.__name__, options.get("hits", "worker"))
        by_output(signature, options.get("materializers"))
        for output in signature.outputs:
            artifact = output.artifact
            if artifact is not None and artifact.version is not None and "map_index" not in artifact.templates:
                message = (
                    f"output {output.name!r} of the mapped task {self.function.__name__!r} has the explicit version "
                    f"{artifact.version!r}, which only one map index could publish; put {{map_index}} into it"
                )
                raise DeclarationError(message)
        given = {**self.kwargs, **options, "unpacks": signature.several}
        if outlets := with_outlets(signature, given.get("outlets", defaults.get("outlets"))):
            given["outlets"] = outlets
        made = attrs.evolve(self, kwargs=given)
        result: Any = super(ArtifactTaskDecorator, made)._expand(expand_input, strict=strict)
        result.operator.__class__ = GovernedMappedOperator
        return self._result(result)

    def _result(self, made: Any) -> ArtifactXComArg:
        return ArtifactXComArg(made.operator, made.key, signature=self.signature)


@overload
def artifact_task(python_callable: Callable[P, R], /) -> ArtifactTaskDecorator: ...


@overload
def artifact_task(
    *,
    multiple_outputs: bool = False,
    materializers: Mapping[str, Materializer[Any] | str] | Materializer[Any] | str | None = None,
    substitutions: Mapping[str, object] | None = None,
    artifacts_conn_id: str = ...,
    cache: CachePolicy | bool | None = None,
    on_clear: str = "recompute",
    preview: bool = True,
    hits: str = "worker",
    **kwargs: Any,
) -> Callable[[Callable[P, R]], ArtifactTaskDecorator]: ...


def artifact_task(
    python_callable: Callable[..., Any] | None = None, /, *, multiple_outputs: bool | None = None, **kwargs: Any
) -> Any:
    """Make a task of a function whose arguments and results are artifacts; also ``@task.artifact``.

    Args:
        python_callable: The function, plain or ``async``.
        multiple_outputs: Whether each key of the dict that it returns is an output.
        materializers: What writes an output, by its name, or of the only output: a materializer, or its dotted name.
        substitutions: Values for the templates of artifact names.
        artifacts_conn_id: The connection of type ``artifacts``.
        cache: Its policy: a sum such as ``INPUTS + SOURCE``, True for the default one, False for none; without it what
            ``[artifacts] cache`` says.
        on_clear: ``"recompute"`` or ``"reuse"``: what it does when it is cleared after it had published.
        preview: Whether previews and statistics are made of what it returns.
        hits: ``"worker"`` or ``"triggerer"``: where its hits are found; in the triggerer they need no worker.
        kwargs: What every operator takes.

    Raises:
        DeclarationError: The function declares what cannot be meant, or is a task already.
    """
    if python_callable is None:
        return functools.partial(decorated, multiple_outputs=bool(multiple_outputs), **kwargs)
    return decorated(python_callable, multiple_outputs=bool(multiple_outputs), **kwargs)


def decorated(
    python_callable: Callable[..., Any],
    *,
    multiple_outputs: bool,
    operator_class: type[ArtifactDecoratedOperator] = ArtifactDecoratedOperator,
    **kwargs: Any,
) -> ArtifactTaskDecorator:
    """Make a decorated function of a plain one.

    Raises:
        DeclarationError: It declares what cannot be meant, or is a task already.
    """
    decorator = operator_class.custom_operator_name
    if isinstance(python_callable, _TaskDecorator):
        name = python_callable.function.__name__
        message = (
            f"{decorator} stands around another task decorator on {name!r}, and only one "
            "of the two would count; leave one away, or call the plain function from a task of the other kind"
        )
        raise DeclarationError(message)
    if not hasattr(python_callable, "__name__"):
        message = f"{decorator} stands on {python_callable!r}, which is no function; write a function that calls it"
        raise DeclarationError(message)
    signature = signature_of(python_callable, multiple_outputs=multiple_outputs)
    by_output(signature, kwargs.get("materializers"))
    check_cache(python_callable, kwargs.get("cache"), kwargs.get("on_clear", "recompute"))
    check_hits(python_callable.__name__, kwargs.get("hits", "worker"))
    return ArtifactTaskDecorator(
        function=python_callable,
        operator_class=operator_class,
        multiple_outputs=signature.multiple,
        kwargs=kwargs,
        decorator_name=decorator,
        keyed=multiple_outputs,
    )
