"""The commands, as data: ``airflow-artifacts`` and ``airflow artifacts`` are both built from them."""

from __future__ import annotations

from airflow_artifacts.cli.arguments import (
    ALL,
    DATABASE_URL,
    DEPTH,
    DRY_RUN,
    GRACE,
    GRAPH,
    IGNORE_ERRORS,
    LIMIT,
    LOCAL_CACHE_DIR,
    OLDER_THAN,
    ONLY,
    OUTPUT,
    PLACE,
    REFERENCE,
    TAG,
    TASK,
    YES,
    Argument,
)
from airflow_artifacts.cli.command import Command, Group

__all__ = ["COMMANDS"]

_BROWSE = (
    Command(
        "list",
        "list the artifacts, each with its latest version",
        "airflow_artifacts.cli.browse:list_artifacts",
        (ALL, OUTPUT, *PLACE),
    ),
    Command(
        "versions",
        "list the versions of an artifact, the newest first",
        "airflow_artifacts.cli.browse:versions",
        (Argument("name", "the artifact"), LIMIT, OUTPUT, *PLACE),
    ),
    Command(
        "search",
        "list the versions that fit, the newest first",
        "airflow_artifacts.cli.browse:search",
        (
            Argument("name", "of the artifact, with * for any characters and ? for one", {"nargs": "?"}),
            Argument("--tag", "that the version has, or its artifact; several must all be there", TAG.options),
            Argument("--type", "what it is for people, such as model", {"metavar": "TYPE"}),
            Argument("--value-type", "the type of the value, such as pandas.DataFrame", {"metavar": "TYPE"}),
            Argument("--dag-id", "the DAG that made it", {"metavar": "DAG_ID"}),
            Argument("--task-id", "the task that made it", {"metavar": "TASK_ID"}),
            Argument("--run-id", "the DAG run that made it", {"metavar": "RUN_ID"}),
            Argument(
                "--metadata",
                "a comparison such as 'accuracy > 0.9'; several must all hold",
                {"action": "append", "metavar": "COMPARISON"},
            ),
            Argument("--after", "made at this time or later, such as 2026-11-23", {"metavar": "TIME"}),
            Argument("--before", "made before this time", {"metavar": "TIME"}),
            Argument("--min-size", "of at least so many bytes", {"type": int, "metavar": "BYTES"}),
            Argument("--max-size", "of at most so many bytes", {"type": int, "metavar": "BYTES"}),
            ALL,
            LIMIT,
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "show",
        "show a version: what it is, its metadata with sources and times, its files, and what made it",
        "airflow_artifacts.cli.browse:show",
        (REFERENCE, OUTPUT, *PLACE),
    ),
    Command(
        "load",
        "copy the files of a version into a new folder",
        "airflow_artifacts.cli.browse:load",
        (
            REFERENCE,
            Argument("--to", "the folder, which is made", {"required": True, "metavar": "DIR"}),
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "diff",
        "say what differs between two versions: code, inputs, parameters, packages, schema, statistics, metadata",
        "airflow_artifacts.cli.browse:diff",
        (Argument("before", "the earlier version"), Argument("now", "the later version"), OUTPUT, *PLACE),
    ),
)

_LABEL = (
    Command(
        "register",
        "make a version of data that lies somewhere already",
        "airflow_artifacts.cli.labels:register",
        (
            Argument("uri", "a file, a folder, or any URI that fsspec knows"),
            Argument("name", "the artifact"),
            Argument("--version", "an explicit version; without it the next number", {"metavar": "VERSION"}),
            Argument("--type", "what it is for people, such as model", {"default": "data", "metavar": "TYPE"}),
            TAG,
            Argument("--alias", "a movable name; may be given several times", {"action": "append", "metavar": "ALIAS"}),
            Argument(
                "--metadata", "key=value; may be given several times", {"action": "append", "metavar": "KEY=VALUE"}
            ),
            Argument("--copy", "copy its bytes into the store", {"action": "store_true"}),
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "log-metadata",
        "add metadata to a version",
        "airflow_artifacts.cli.labels:log_metadata",
        (REFERENCE, Argument("values", "key=value", {"nargs": "+", "metavar": "KEY=VALUE"}), OUTPUT, *PLACE),
    ),
    Command(
        "tag",
        "add tags to a version, and take others away",
        "airflow_artifacts.cli.labels:tag",
        (
            REFERENCE,
            Argument("tags", "tags to add", {"nargs": "*", "metavar": "TAG"}),
            Argument("--remove", "a tag to take away; may be given several times", TAG.options),
            Argument("--artifact", "tag the artifact of this name, not a version", {"action": "store_true"}),
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "alias",
        "let an alias name a version, wherever it stood before",
        "airflow_artifacts.cli.labels:alias",
        (REFERENCE, Argument("alias", "the alias, such as production"), OUTPUT, *PLACE),
    ),
    Command(
        "unalias",
        "take an alias of an artifact away",
        "airflow_artifacts.cli.labels:unalias",
        (Argument("name", "the artifact"), Argument("alias", "the alias"), *PLACE),
    ),
    Command(
        "alias-history",
        "show which versions an artifact's aliases named, the newest move first",
        "airflow_artifacts.cli.labels:aliases",
        (
            Argument("name", "the artifact"),
            Argument("alias", "one alias; without it all", {"nargs": "?"}),
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "pin",
        "keep a version, whatever is pruned or deleted",
        "airflow_artifacts.cli.labels:pin",
        (REFERENCE, OUTPUT, *PLACE),
    ),
    Command(
        "unpin",
        "let a pinned version be pruned and deleted as others are",
        "airflow_artifacts.cli.labels:unpin",
        (REFERENCE, OUTPUT, *PLACE),
    ),
)

_TRACE = (
    Command(
        "upstream",
        "show what a version was made from",
        "airflow_artifacts.cli.trace:upstream",
        (REFERENCE, DEPTH, GRAPH, *PLACE),
    ),
    Command(
        "downstream",
        "show what was made from a version, however far: what replacing it would concern",
        "airflow_artifacts.cli.trace:downstream",
        (REFERENCE, DEPTH, GRAPH, *PLACE),
    ),
    Command(
        "task-run",
        "show what a task run read and wrote",
        "airflow_artifacts.cli.trace:task_run",
        (*TASK, GRAPH, *PLACE),
    ),
    Command(
        "run",
        "show what a DAG run read and wrote, and what it has not made yet",
        "airflow_artifacts.cli.trace:run",
        (Argument("dag_id", "the DAG"), Argument("run_id", "the DAG run"), GRAPH, *PLACE),
    ),
)

_CACHE = (
    Command(
        "plan",
        "say what the cache would decide for each task of a DAG, without running anything",
        "airflow_artifacts.provider.plan:run",
        (
            Argument("dag_id", "the DAG"),
            Argument("--run-id", "a run that exists; without it the next scheduled one", {"metavar": "RUN_ID"}),
            Argument("--logical-date", "of a manual run instead", {"metavar": "DATE"}),
            Argument("--conf", "the conf of a manual run, as JSON", {"metavar": "JSON"}),
            OUTPUT,
        ),
        in_airflow=True,
    ),
    Command(
        "why",
        "say what the cache decided for a task run, and what differs from the nearest run before it",
        "airflow_artifacts.cli.cache:why",
        (*TASK, OUTPUT, *PLACE),
    ),
    Command(
        "invalidate",
        "let no earlier result of a task, a DAG, or what is downstream of a version be reused",
        "airflow_artifacts.cli.cache:invalidate",
        (
            Argument("dag_id", "the DAG", {"nargs": "?"}),
            Argument("task_id", "one task of it; without it all", {"nargs": "?"}),
            Argument("--downstream-of", "a version, such as raw/events@3, instead of a DAG", {"metavar": "REFERENCE"}),
            *PLACE,
        ),
    ),
)

_KEEP = (
    Command(
        "forget",
        "delete what is recorded of DAG runs that have ended, by which they hold versions",
        "airflow_artifacts.cli.keep:forget",
        (
            Argument("--dag-id", "of this DAG; without it of all", {"metavar": "DAG_ID"}),
            Argument("--run-id", "this run of it", {"metavar": "RUN_ID"}),
            OLDER_THAN,
            Argument("--keep-last", "leave so many of each DAG's newest runs", {"type": int, "metavar": "N"}),
            Argument("--gone", "those that Airflow does not have any more", {"action": "store_true"}),
            YES,
            DRY_RUN,
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "prune",
        "delete versions that no task run references, and the bytes that then no version names",
        "airflow_artifacts.cli.keep:prune",
        (
            Argument("name", "of the artifacts, with * and ?; without it all", {"nargs": "?"}),
            OLDER_THAN,
            Argument("--keep-last", "leave so many of each artifact's newest versions", {"type": int, "metavar": "N"}),
            Argument("--forget", "first forget DAG runs that are older, such as 90d", {"metavar": "TIME"}),
            Argument("--saved", "also what was saved by hand", {"action": "store_true"}),
            Argument("--aliased", "also what an alias names", {"action": "store_true"}),
            Argument("--latest", "also the latest version of named artifacts", {"action": "store_true"}),
            *ONLY,
            GRACE,
            IGNORE_ERRORS,
            YES,
            DRY_RUN,
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "delete",
        "delete one version",
        "airflow_artifacts.cli.keep:delete",
        (REFERENCE, *ONLY, GRACE, YES, DRY_RUN, OUTPUT, *PLACE),
    ),
    Command(
        "gc",
        "delete bytes that no version names, and what writers that died have left",
        "airflow_artifacts.cli.keep:gc",
        (
            GRACE,
            Argument("--kept", "also bytes that prune --only-metadata kept", {"action": "store_true"}),
            Argument(
                "--unknown",
                "also objects that the lineage database does not know; look with --dry-run first",
                {"action": "store_true"},
            ),
            IGNORE_ERRORS,
            DRY_RUN,
            OUTPUT,
            *PLACE,
        ),
    ),
    Command(
        "verify",
        "see that the bytes of a version, or of all, are there and are those that were written",
        "airflow_artifacts.cli.keep:verify",
        (
            Argument("reference", "a version; without it all", {"nargs": "?"}),
            Argument("--quick", "look for existence and size only", {"action": "store_true"}),
            Argument(
                "--sample",
                "only objects that chance chooses: a number of them, such as 100, or a size, such as 10GB",
                {"metavar": "SIZE"},
            ),
            OUTPUT,
            *PLACE,
        ),
    ),
)

COMMANDS: tuple[Command | Group, ...] = (
    Command(
        "demo",
        "let Airflow run two example DAGs in a home of its own, and show what they made",
        "airflow_artifacts.cli.demo:run",
        (
            Argument(
                "--keep", "keep the home in this folder: a new one, or one of an earlier demo", {"metavar": "DIR"}
            ),
            Argument("--serve", "leave Airflow running afterwards, until Ctrl-C", {"action": "store_true"}),
            Argument("--port", "the port of Airflow's API server and pages; a free one unless given", {"type": int}),
        ),
        standalone=True,
    ),
    *_BROWSE,
    *_LABEL,
    *_TRACE,
    *_CACHE,
    *_KEEP,
    Command(
        "check",
        "write to store, lineage database and local cache, read it back, delete it, and say what is wrong",
        "airflow_artifacts.cli.check:run",
        (OUTPUT, *PLACE, LOCAL_CACHE_DIR),
    ),
    Group(
        "local-cache",
        "what this machine keeps of a store that is far away",
        (
            Command(
                "show",
                "show how much it holds, of how much it may",
                "airflow_artifacts.cli.local_cache:show",
                (OUTPUT, LOCAL_CACHE_DIR),
            ),
            Command(
                "clear",
                "remove all that it holds; who reads at this moment reads on",
                "airflow_artifacts.cli.local_cache:clear",
                (YES, OUTPUT, LOCAL_CACHE_DIR),
            ),
        ),
    ),
    Group(
        "store",
        "the store of the bytes",
        (
            Command(
                "copy",
                "copy all objects into another store, as from a folder to S3; what is there already is left out",
                "airflow_artifacts.cli.store:copy",
                (Argument("target", "the other store: a folder or URL"), OUTPUT, *PLACE),
            ),
        ),
    ),
    Group(
        "db",
        "the lineage database",
        (
            Command(
                "upgrade",
                "create its tables, or bring them to the schema of this release",
                "airflow_artifacts.cli.database:upgrade",
                (DATABASE_URL,),
            ),
            Command(
                "downgrade",
                "bring it to the schema of an earlier release; what only later ones record is lost",
                "airflow_artifacts.cli.database:downgrade",
                (Argument("revision", "the schema, such as 0002"), YES, DATABASE_URL),
            ),
            Command(
                "check",
                "say whether it answers and has the schema of this release",
                "airflow_artifacts.cli.database:check",
                (DATABASE_URL,),
            ),
            Command(
                "copy",
                "copy all that a lineage database holds into another, as from SQLite to PostgreSQL",
                "airflow_artifacts.cli.database:copy",
                (
                    Argument("target", "the URL of the other one, which is empty; its tables are created"),
                    Argument(
                        "--clone",
                        "let the other one be another database, which lives on beside this one with a store of its own",
                        {"action": "store_true"},
                    ),
                    DATABASE_URL,
                ),
            ),
        ),
    ),
)
"""All commands, in the order in which help shows them."""
