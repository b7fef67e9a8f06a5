/** How a version is loaded, to be copied: in a task, from a DAG, a notebook or a shell. */

import type { Version } from "src/api/client";
import { argument, python } from "src/pages/version/literals";

interface Snippet {
  readonly title: string;
  readonly language: "bash" | "python";
  readonly text: string;
}

const builtins = new Set(["bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"]);

interface Annotation {
  /** The line that makes the name known; none for a builtin. */
  readonly imports: readonly string[];
  readonly name: string;
}

/** The type as code, where it has a name that can be imported. */
export const annotation = (type: string): Annotation | undefined => {
  if (builtins.has(type)) {
    return { imports: [], name: type };
  }
  if (/^pathlib\.\w*Path$/.test(type)) {
    return { imports: ["from pathlib import Path"], name: "Path" };
  }
  const [, module, name] = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)$/.exec(type) ?? [];
  return module === undefined || name === undefined ? undefined : { imports: [`from ${module} import ${name}`], name };
};

/** The version by name; one without a name of its own goes by its UUID where names are declared. */
const declared = ({ artifact, id, version }: Version): string =>
  artifact.includes("::") ? id : `${artifact}@${version}`;

const inTask = (version: Version, type: Annotation | undefined): string =>
  `${["from airflow.sdk import task", ...(type?.imports ?? [])].sort().join("\n")}

from airflow_artifacts import Artifact


@task.artifact
def use(value${type === undefined ? "" : `: ${type.name}`}):
    ...


use(Artifact(${python(declared(version))}))`;

const loaded = (reference: string, type: Annotation | undefined): string =>
  `load(${python(reference)}${type === undefined ? "" : `, ${type.name}`})`;

/** All the ways to load a version. */
export const snippets = (version: Version): readonly Snippet[] => {
  const reference = `${version.artifact}@${version.version}`;
  const type = annotation(version.type);
  const load = loaded(reference, type);
  const importing = (name: string): string =>
    [`from airflow_artifacts import ${name}`, ...(type?.imports ?? [])].sort().join("\n");
  return [
    { title: "As an argument of a task", language: "python", text: inTask(version, type) },
    {
      title: "In any task or DAG",
      language: "python",
      text: `${importing("ArtifactHook")}\n\nvalue = ArtifactHook().${load}`,
    },
    {
      title: "In a notebook, without Airflow",
      language: "python",
      text:
        `${importing("ArtifactClient")}\n\n` +
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
