/** How a version is loaded, to be copied: in a task, from a DAG, a notebook or a shell. */

import type { Version } from "src/api/client";
import { argument, python } from "src/pages/version/literals";

export interface Snippet {
  readonly title: string;
  readonly language: "bash" | "python";
  readonly text: string;
}

const builtins = new Set(["bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"]);

interface Annotation {
  /** What makes the name known; empty where it is a builtin. */
  readonly imports: string;
  readonly name: string;
}

/** The type as code, where it has a name that can be imported. */
export const annotation = (type: string): Annotation | undefined => {
  if (builtins.has(type)) {
    return { imports: "", name: type };
  }
  if (/^pathlib\.\w*Path$/.test(type)) {
    return { imports: "from pathlib import Path\n", name: "Path" };
  }
  const parts = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)$/.exec(type);
  return parts?.[1] === undefined || parts[2] === undefined
    ? undefined
    : { imports: `from ${parts[1]} import ${parts[2]}\n`, name: parts[2] };
};

/** The version by name; one without a name of its own goes by its UUID where names are declared. */
const declared = ({ artifact, id, version }: Version): string =>
  artifact.includes("::") ? id : `${artifact}@${version}`;

const inTask = (version: Version, type: Annotation | undefined): string =>
  `${type?.imports ?? ""}from airflow.sdk import task

from airflow_artifacts import Artifact


@task.artifact
def use(value${type === undefined ? "" : `: ${type.name}`}):
    ...


use(Artifact(${python(declared(version))}))`;

const loading = (reference: string, type: Annotation | undefined): string =>
  `load(${python(reference)}${type === undefined ? "" : `, ${type.name}`})`;

export const snippets = (version: Version): readonly Snippet[] => {
  const reference = `${version.artifact}@${version.version}`;
  const type = annotation(version.type);
  const load = loading(reference, type);
  const imports = type?.imports ?? "";
  return [
    { title: "As an argument of a task", language: "python", text: inTask(version, type) },
    {
      title: "In any task or DAG",
      language: "python",
      text: `${imports}from airflow_artifacts import ArtifactHook\n\nvalue = ArtifactHook().${load}`,
    },
    {
      title: "In a notebook, without Airflow",
      language: "python",
      text:
        `${imports}from airflow_artifacts import ArtifactClient\n\n` +
        `with ArtifactClient.connect(store="s3://bucket/artifacts", database="postgresql://…") as client:\n` +
        `    value = client.${load}`,
    },
    {
      title: "In a shell",
      language: "bash",
      text: `airflow-artifacts show ${argument(reference)}\nairflow-artifacts load --to folder ${argument(reference)}`,
    },
  ];
};
