"""A plugin of Airflow by which the process of each task writes itself down, before its operator begins."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

FOLDER = Path(os.environ["SHAPES_FOLDER"])


class _Listener:
    @hookimpl
    def on_task_instance_running(self, task_instance: Any) -> None:
        names = ("dag_id", "run_id", "task_id", "map_index", "try_number")
        line = json.dumps({name: getattr(task_instance, name) for name in names} | {"pid": os.getpid()}) + "\n"
        # One write to a file opened for appending: lines of processes that write at once stay whole.
        file = os.open(FOLDER / "processes", os.O_WRONLY | os.O_APPEND)
        os.write(file, line.encode())
        os.close(file)
        # The working folder is what a task's function can see without that counting as a part of its key.
        told = FOLDER / f"{task_instance.dag_id}.{task_instance.task_id}.{task_instance.map_index}"
        if told.exists():
            os.chdir(told)


class ProcessLog(AirflowPlugin):
    """Gives Airflow the listener."""

    name = "process_log"
    listeners = [_Listener()]  # noqa: RUF012 - Airflow's interface
