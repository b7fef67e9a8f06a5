"""``demo``: Airflow runs two example DAGs on real data in a home of its own, and a person sees what they made."""

from __future__ import annotations

import contextlib
import importlib.util
import shlex
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from airflow_artifacts.cli import report
from airflow_artifacts.cli.local_airflow import COMPONENTS, STANDALONE, LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import ConfigurationError, LocalAirflowError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

__all__ = ["run"]

_DAGS = ("wine_training", "wine_scoring")
_MODEL = "models/wine"
_FAILED = ("failed", "upstream_failed")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo and return its exit code.

    Args:
        arguments: With ``keep`` (a folder or None), ``serve`` and ``port``.

    Raises:
        ConfigurationError: scikit-learn is missing, or the folder to keep holds something else.
        LocalAirflowError: Airflow did not start, or a task failed, whose log the message shows.
    """
    if importlib.util.find_spec("sklearn") is None:
        message = "the demo's data come with scikit-learn, which is missing; run: pip install 'airflow-artifacts[demo]'"
        raise ConfigurationError(message)
    with _termination_as_interrupt(), _home(arguments.keep) as home:
        demo = _Demo(home, Console(highlight=False))
        components = STANDALONE if arguments.serve else COMPONENTS
        with demo.start(components, arguments.port) as airflow:
            for dag_id in _DAGS:
                demo.run_dag(airflow, dag_id)
            demo.show_results()
            if arguments.serve:
                demo.serve(airflow)
        demo.show_next_steps(kept=arguments.keep is not None)
    return 0


class _Demo:
    """What the demo does, and what it says meanwhile."""

    def __init__(self, home: Path, console: Console) -> None:
        self._home = home
        self._console = console
        self._began = time.monotonic()
        self._store = str(home / "artifacts" / "store")
        self._database = f"sqlite:///{home / 'artifacts' / 'lineage.db'}"

    def start(self, components: tuple[str, ...], port: int | None) -> LocalAirflow:
        dags = self._home / "dags"
        dags.mkdir(parents=True, exist_ok=True)
        for example in _examples().glob("*.py"):
            # What a person changed in a home that is kept stays: the next run shows what depends on it.
            if not (dags / example.name).exists():
                shutil.copy2(example, dags / example.name)
        (self._home / "artifacts").mkdir(exist_ok=True)
        # The places that are the default in this home, so that Airflow finds them there without these settings, too.
        environment = {"AIRFLOW__ARTIFACTS__STORE_URI": self._store, "AIRFLOW__ARTIFACTS__DATABASE_URL": self._database}
        return LocalAirflow(
            self._home,
            self._home / "dags",
            environment=environment,
            components=components,
            port=port,
            on_progress=self._say,
        )

    def run_dag(self, airflow: LocalAirflow, dag_id: str) -> None:
        """Run a DAG to its end, with a line for each task."""

        def on_task(task: dict[str, Any]) -> None:
            if task["state"] == "success":
                self._say(f"  {dag_id}.{task['task_id']} [green]✓[/]")
            elif task["state"] in _FAILED:
                self._say(f"  {dag_id}.{task['task_id']} [red]✗ {task['state']}[/]")

        self._say(f"running the DAG {dag_id}")
        run_id = airflow.trigger(dag_id)
        if airflow.wait(dag_id, run_id, on_task=on_task) != "success":
            failed = [task for task in airflow.api.task_instances(dag_id, run_id) if task["state"] == "failed"]
            logs = (airflow.api.task_log(dag_id, run_id, task["task_id"], task["try_number"]) for task in failed)
            message = f"the DAG {dag_id!r} failed:\n" + "\n\n".join(logs)
            raise LocalAirflowError(message)
        self._say(f"  {self._cached(dag_id, run_id)}")

    def _cached(self, dag_id: str, run_id: str) -> str:
        """Return what the cache saved in a DAG run."""
        with ArtifactClient.connect(store=self._store, database=self._database) as client:
            ran = client.run(dag_id, run_id).task_runs
            decisions = [client.why(one.task_run).decision for one in ran]
        hits = [decision for decision in decisions if decision.outcome is Outcome.HIT]
        saved = sum(decision.seconds or 0 for decision in hits)
        return f"{len(hits)} of {len(decisions)} tasks were hits of the cache and saved {saved:.1f} s"

    def show_results(self) -> None:
        with ArtifactClient.connect(store=self._store, database=self._database) as client:
            versions = [summary.latest for summary in client.list() if summary.latest]
            self._console.print("", report.version_table(versions))
            self._console.print("\n[bold]Where they lie[/]")
            for version in versions:
                for url in client.locations(version):
                    self._console.print(f"  {version}  [dim]{url}[/]", soft_wrap=True)
            self._console.print("\n[bold]What the model was made from[/]")
            self._console.print(report.lineage_tree(client.upstream(_MODEL, depth=10)))

    def serve(self, airflow: LocalAirflow) -> None:
        """Leave Airflow running until a person stops it."""
        home = airflow.home
        self._console.print(
            f"\nAirflow runs at [bold]{home.url}[/]: log in as [bold]{home.user}[/] with the password "
            f"[bold]{home.password}[/]. Ctrl-C stops it.",
            soft_wrap=True,
        )
        with contextlib.suppress(KeyboardInterrupt):
            airflow.join()

    def show_next_steps(self, *, kept: bool) -> None:
        if not kept:
            self._console.print(
                "\nThe demo's home is removed. To look around in it:  airflow-artifacts demo --keep DIR", soft_wrap=True
            )
            return
        home = shlex.quote(str(self._home))
        self._console.print(
            f"\nThe demo's home is kept. [bold]What next[/]\n"
            f"  Airflow on it:  AIRFLOW_HOME={home} airflow standalone\n"
            f"  its DAGs:       {home}/dags\n"
            f"  run it again:   airflow-artifacts demo --keep {home}\n"
            f"                  (only what depends on a change computes again; edit {home}/dags/wine_model.py, say)\n"
            f"  in Python:      ArtifactClient.connect(store={self._store!r}, database={self._database!r})",
            soft_wrap=True,
        )

    def _say(self, text: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/]  {text}", soft_wrap=True)


def _examples() -> Path:
    """Return the folder of example DAGs: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "dags_examples"
    return shipped if shipped.is_dir() else package.parent / "dags_examples"


@contextlib.contextmanager
def _home(keep: str | None) -> Iterator[Path]:
    """Give a folder: the one to keep, or one that is gone afterwards."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="airflow-artifacts-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    home = Path(keep).expanduser().absolute()
    if home.exists() and not home.is_dir():
        message = f"{str(home)!r} is a file; name a folder for --keep"
        raise ConfigurationError(message)
    if home.is_dir() and any(home.iterdir()) and not (home / "dags" / f"{_DAGS[0]}.py").is_file():
        message = f"{str(home)!r} holds something else than a demo; name a new folder for --keep, or an empty one"
        raise ConfigurationError(message)
    yield home


@contextlib.contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that Airflow is stopped and the home removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
