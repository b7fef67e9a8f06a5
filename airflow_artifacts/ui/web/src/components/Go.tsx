import { Link } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router-dom";

import type { TaskRun, Version } from "src/api/client";
import { Breakable } from "src/components/Breakable";
import { artifactPage, taskRunPage, versionPage } from "src/links";

interface Props {
  readonly children: ReactNode;
  readonly to: string;
}

/** A link inside Airflow's page, in Airflow's look. */
export const Go = ({ children, to }: Props) => (
  <Link asChild color="fg.info" overflowWrap="anywhere">
    <RouterLink to={to}>{children}</RouterLink>
  </Link>
);

export const ArtifactLink = ({ name }: { readonly name: string }) => (
  <Go to={artifactPage(name)}>
    <Breakable text={name} />
  </Go>
);

export const VersionLink = ({ version }: { readonly version: Pick<Version, "artifact" | "id" | "version"> }) => (
  <Go to={versionPage(version.id)}>
    <Breakable text={`${version.artifact}@${version.version}`} />
  </Go>
);

/** A task run as people name it: `churn.fit[3]`. */
export const taskRunName = (run: Pick<TaskRun, "dag_id" | "map_index" | "task_id">): string =>
  `${run.dag_id}.${run.task_id}${run.map_index >= 0 ? `[${run.map_index}]` : ""}`;

export const TaskRunLink = ({ run }: { readonly run: TaskRun }) => (
  <Go to={taskRunPage(run)}>
    <Breakable text={taskRunName(run)} />
  </Go>
);
