"""A DAG that publishes, those that its artifacts start, and one that waits for them."""

from __future__ import annotations

from typing import Annotated

from airflow.sdk import DAG, CronPartitionTimetable, PartitionedAssetTimetable, task

from airflow_artifacts import INPUTS, SOURCE, Artifact, ArtifactSensor, load_artifact

with DAG("publishes", schedule=None):

    @task.artifact
    def make(run: str) -> Annotated[str, Artifact("between/made")]:
        return run

    @task.artifact
    def regional(run: str) -> Annotated[str, Artifact("between/{region}", aliases=["production"])]:
        return run

    made = make("{{ run_id }}")
    made >> regional.override(substitutions={"region": "eu"})("{{ run_id }}")

with DAG("reads_what_triggered_it", schedule=Artifact("between/eu").asset | Artifact("between/never").asset):

    @task.artifact
    def read(given: str, other: str) -> list[str]:
        return [given, load_artifact("between/eu"), other]

    read(Artifact("between/eu"), Artifact("between/made@latest"))

with DAG("waits", schedule=None):

    @task.artifact
    def take(text: str) -> str:
        return text

    sensor = ArtifactSensor(task_id="wait", reference="between/made", deferrable=True, poke_interval=0.5)
    take(sensor.output)

with DAG("publishes_parts", schedule=CronPartitionTimetable("0 0 1 1 *", timezone="UTC"), catchup=False):

    @task.artifact(cache=INPUTS + SOURCE)
    def part() -> Annotated[str, Artifact("between/part")]:
        return "the same for every part"

    part()

with DAG("reads_parts", schedule=PartitionedAssetTimetable(assets=Artifact("between/part").asset)):
    take.override(task_id="take_part")(Artifact("between/part"))
