"""Many processes at once on one database."""

from __future__ import annotations

from collections import Counter

from airflow_artifacts.lineage import Lineage
from tests.lineage.making import an_object
from tests.lineage.processes import at_once, claim, publish, publish_many, resolve
from tests.servers import LONG_ON_BOTH


@LONG_ON_BOTH
def test_thirty_two_processes_publish_one_name(database_url: str) -> None:
    """They get the numbers 1 to 32, each once, and latest is the last."""
    words = at_once(32, publish, database_url, "raw/events")
    assert sorted(map(int, words)) == list(range(1, 33))
    with Lineage.connect(database_url) as lineage:
        assert str(lineage.resolve("raw/events", "latest")) == "raw/events@32"


def test_processes_publish_several_names_together(database_url: str) -> None:
    """Transactions over the same artifacts, objects and manifests do not wait for each other in a circle."""
    names = [f"name-{number}" for number in range(6)]
    words = at_once(8, publish_many, database_url, names)
    assert sorted(words) == sorted([str(number)] * 6 for number in range(1, 9))


def test_processes_claim_one_object(database_url: str) -> None:
    """Each of those that claim a new object at once must upload it, as any of them may die before it has."""
    contents = [f"content {number}" for number in range(50)]
    must_put = Counter(digest for digests in at_once(8, claim, database_url, contents) for digest in digests)
    assert must_put == {an_object(content).digest: 8 for content in contents}


def test_processes_resolve_for_one_run(database_url: str) -> None:
    """All tasks of a DAG run that ask for the latest at once get one version, while others publish more."""
    assert len(set(at_once(8, resolve, database_url, "raw/events"))) == 1
