"""Artifacts of other DAGs as inputs, and events of what is published."""

from __future__ import annotations

from typing import Annotated

from airflow.sdk import DAG, Asset, task

from airflow_artifacts import INPUTS, SOURCE, Artifact, ArtifactSensor, load_artifact, save_artifact

VALUE = "first"
FAILS = False


@task.artifact
def made() -> Annotated[str, Artifact("between/made", aliases=["production"])]:
    return VALUE


@task.artifact(cache=INPUTS + SOURCE)
def cached() -> Annotated[str, Artifact("between/cached")]:
    if FAILS:
        raise ValueError
    return VALUE


@task.artifact(cache=INPUTS + SOURCE)
def length(text: str) -> int:
    return len(text)


with DAG("publishes", schedule=None) as publishes:
    made()
    cached()

with DAG("publishes_by_template", schedule=None, default_args={"substitutions": {"region": "eu"}}) as by_template:

    @task.artifact(outlets=[Asset("users_own")])
    def regional() -> Annotated[str, Artifact("between/{region}")]:
        save_artifact("checkpoint", "between/saved")
        return VALUE

    @task.artifact
    def each(x: int) -> Annotated[int, Artifact("between/each")]:
        return x

    regional()
    each.expand(x=[1, 2])

with DAG("adds_to_its_event", schedule=None) as adds_to_its_event:

    @task.artifact
    def measured(outlet_events) -> Annotated[int, Artifact("between/measured")]:
        outlet_events[Artifact("between/measured").asset].extra["rows"] = 5
        return 1

    measured()

with DAG("takes", schedule=None) as takes:

    @task.artifact
    def both(old: str, new: str, also: list[str]) -> str:
        return f"{old} {new} {also} {load_artifact('between/made')}"

    length(Artifact("between/made"))
    both.override(substitutions={"what": "made"})(
        Artifact("between/made@1"),
        Artifact("between/{what}@production"),
        also=[Artifact("between/made@latest")],
    )

with DAG("takes_what_is_not_there", schedule=None) as takes_nothing:
    length(Artifact("between/mode@production"))

with DAG("of_a_day", schedule=None) as of_a_day:
    length(Artifact("between/made@{ds}"))

with DAG("waits", schedule=None) as waits:
    length(ArtifactSensor(task_id="wait", reference="between/made@{ds}", poke_interval=0.1, timeout=1).output)
