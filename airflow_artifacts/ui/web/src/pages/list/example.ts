/** What a newcomer can paste into a DAG file. */
export const example = `from typing import Annotated

import pandas as pd
from airflow.sdk import dag, task


@dag
def first_artifacts():
    @task.artifact
    def measure() -> Annotated[pd.DataFrame, "tutorial/measurements"]:
        return pd.DataFrame({"celsius": [18.5, 21.0, 19.5]})

    @task.artifact
    def average(measurements: pd.DataFrame) -> Annotated[float, "tutorial/average"]:
        return float(measurements["celsius"].mean())

    average(measure())


first_artifacts()
`;
