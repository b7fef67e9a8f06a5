"""Which tasks a cache check governs, under which rule these run, and which of them may be skipped for a hit.

An artifact task that a check governs runs after a cached skip, and skips itself after any other, exactly as
``all_success`` would: a hit that was skipped is a success to all who look. That is known only when the DAG is whole,
so that the rule is decided when the DAG is serialised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule
from airflow.sdk.bases.decorator import DecoratedMappedOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.taskgroup import MappedTaskGroup

from airflow_artifacts.provider.assets import users_outlets
from airflow_artifacts.provider.declaring import signature_of
from airflow_artifacts.provider.xcom import ArtifactXComArg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow.sdk.types import Operator

__all__ = ["GovernedMappedOperator", "governed_by", "is_check", "late_rule", "reason_to_run"]

_TOLERANT = frozenset({TriggerRule.NONE_FAILED, TriggerRule.ALL_DONE, TriggerRule.ALWAYS})
_CALLBACKS = ("on_success_callback", "on_skipped_callback", "on_execute_callback")


def is_check(task: Any) -> bool:
    """Whether a task decides for others."""
    return bool(getattr(task, "checks_cache", False))


def governed_by(task: Any) -> list[Any]:
    """Return the checks that stand upstream of a task, from the graph as it is now."""
    dag = task.get_dag()
    checks = {} if dag is None else {id_: one for id_, one in dag.task_dict.items() if is_check(one)}
    if not checks:
        return []
    return [checks[id_] for id_ in sorted(checks.keys() & task.get_flat_relative_ids(upstream=True))]


def late_rule(task: Any, declared: TriggerRule | str | None) -> TriggerRule:
    """Return the rule under which an artifact task runs.

    Args:
        task: The task, in the graph as it is now.
        declared: What the user said, or the default.
    """
    rule = TriggerRule(declared or TriggerRule.ALL_SUCCESS)
    if rule is not TriggerRule.ALL_SUCCESS or not governed_by(task):
        return rule
    # What stands behind a setup must run under all_success; Airflow refuses the DAG otherwise.
    return rule if any(one.is_setup for one in task.upstream_list) else TriggerRule.NONE_FAILED


def reason_to_run(task: Any) -> str | None:  # noqa: PLR0911 - one for each reason
    """Return why a task with a hit is to run and find it itself, as skipping it could be seen; None where it cannot."""
    if task.is_setup or task.is_teardown:
        return "it is a setup or a teardown"
    if any(one.is_setup for one in task.upstream_list):
        return "it stands behind a setup"
    if any(task in set(_expanded_over(one)) for one in task.get_dag().tasks):
        return "another task is expanded over it"
    for one in task.downstream_list:
        rule = TriggerRule(one.trigger_rule)
        if rule not in _TOLERANT:
            return f"{one.task_id!r} behind it runs under {rule.value}, which tells a skip from a success"
    if users_outlets(task):
        return "it has outlets"
    if any(getattr(task, name, None) for name in _CALLBACKS):
        return "it has a callback"
    if getattr(task, "_pre_execute_hook", None) or getattr(task, "_post_execute_hook", None):
        return "something runs before or after it (pre_execute, run_if, skip_if, post_execute)"
    return None


def _expanded_over(task: Operator) -> Iterator[Any]:
    """Give the tasks over whose results a task, or a group it is in, is expanded."""
    if isinstance(task, MappedOperator):
        yield from task.iter_mapped_dependencies()
    group = task.task_group
    while group is not None:
        if isinstance(group, MappedTaskGroup):
            yield from group.iter_mapped_dependencies()
        group = group.parent_group


class GovernedMappedOperator(DecoratedMappedOperator):
    """A mapped artifact task, whose rule is decided when the DAG is serialised."""

    # attrs would make its own class of this one, without the properties.
    __slots__ = ()

    makes_artifacts = True

    @property
    def trigger_rule(self) -> TriggerRule:
        """The rule under which its instances run."""
        return late_rule(self, self._rule)

    @trigger_rule.setter
    def trigger_rule(self, value: TriggerRule | str) -> None:
        self.__dict__["_declared_rule"] = value

    @property
    def output(self) -> ArtifactXComArg:
        """What its instances are going to return, as an argument of other tasks."""
        unpacks = bool(_given(self).get("unpacks"))
        return ArtifactXComArg(
            self, signature=signature_of(self.python_callable, multiple_outputs=self.multiple_outputs and not unpacks)
        )

    @property
    def partial_kwargs(self) -> dict[str, Any]:  # type: ignore[override]
        """What each instance is made with; serialised as it is, and written to by whoever sets an option."""
        declared, given = self._rule, _given(self)
        self.__dict__["_declared_rule"] = declared
        given["trigger_rule"] = late_rule(self, declared)
        return given

    @property
    def _rule(self) -> TriggerRule | str | None:
        """The rule that the user declared, which is kept apart as soon as the late one stands among the options."""
        rule: TriggerRule | str | None = self.__dict__.get("_declared_rule", _given(self).get("trigger_rule"))
        return rule


def _given(task: DecoratedMappedOperator) -> dict[str, Any]:
    slot: Any = MappedOperator.__dict__["partial_kwargs"]
    given: dict[str, Any] = slot.__get__(task)
    return given


def governed_tasks(check: Any, artifact_tasks: Iterable[Any]) -> list[Any]:
    """Return those artifact tasks downstream of a check that it decides for, each after all that it depends on.

    Mapped tasks, and those in mapped groups, decide for themselves.
    """
    below = check.get_flat_relative_ids(upstream=False)
    wanted = {task.task_id: task for task in artifact_tasks if task.task_id in below and not _is_mapped(task)}
    return [wanted[task.task_id] for task in check.get_dag().topological_sort() if task.task_id in wanted]


def mapped_tasks(check: Any) -> list[Any]:
    """Return the mapped artifact tasks downstream of a check, and those in mapped groups, in the order of the DAG."""
    below = check.get_flat_relative_ids(upstream=False)
    tasks = [task for task in check.get_dag().topological_sort() if task.task_id in below]
    return [task for task in tasks if getattr(task, "makes_artifacts", False) and _is_mapped(task)]


def _is_mapped(task: Any) -> bool:
    return task.is_mapped or next(task.iter_mapped_task_groups(), None) is not None
