import { Link } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router-dom";

import type { TaskRun, Version } from "src/api/client";
import { Breakable } from "src/components/Breakable";
import { artifactPage, taskRunPage, versionPage } from "src/links";

interface Props {
  readonly children: ReactNode;
  /** What screen readers say, where that is not just what is shown. */
  readonly label?: string | undefined;
  readonly to: string;
}

/** A link inside Airflow's page, in Airflow's look. */
export const Go = ({ children, label, to }: Props) => (
  <Link aria-label={label} asChild color="fg.info" overflowWrap="anywhere">
    <RouterLink to={to}>{children}</RouterLink>
  </Link>
);

/** A link by a name that may be long: where it can break, screen readers would pause. */
export const GoByName = ({ name, to }: { readonly name: string; readonly to: string }) => (
  <Go label={name} to={to}>
    <Breakable text={name} />
  </Go>
);

export const ArtifactLink = ({ name }: { readonly name: string }) => <GoByName name={name} to={artifactPage(name)} />;

export const VersionLink = ({ version }: { readonly version: Pick<Version, "artifact" | "id" | "version"> }) => (
  <GoByName name={`${version.artifact}@${version.version}`} to={versionPage(version.id)} />
);

/** A task run as people name it: `churn.fit[3]`. */
export const taskRunName = (run: Pick<TaskRun, "dag_id" | "map_index" | "task_id">): string =>
  `${run.dag_id}.${run.task_id}${run.map_index >= 0 ? `[${run.map_index}]` : ""}`;

export const TaskRunLink = ({ run }: { readonly run: TaskRun }) => (
  <GoByName name={taskRunName(run)} to={taskRunPage(run)} />
);
