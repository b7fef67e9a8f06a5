import type { ReactNode } from "react";

import { Go, TaskRunLink, VersionLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment } from "src/components/Moment";
import { Outcome } from "src/components/Outcome";
import { Size } from "src/components/Size";
import { subtitle } from "src/graph/names";
import type { Group, Vertex } from "src/graph/picture";
import { dagPage, lineagePage, runPage } from "src/links";

const runOf = (group: Group | null): ReactNode =>
  group && (
    <>
      <Go to={dagPage(group.dag)}>{group.dag}</Go> · <Go to={runPage(group.dag, group.run)}>{group.run}</Go>
    </>
  );

const said = (facts: readonly (readonly [string, ReactNode])[]) => facts.filter(([, fact]) => fact !== null);

/** What is said of a vertex, by name, with links to its pages. */
export const factsOf = (vertex: Vertex): readonly (readonly [string, ReactNode])[] => {
  switch (vertex.kind) {
    case "version": {
      const { version } = vertex;
      const labels = <Labels aliases={version.aliases} tags={version.tags} />;
      return said([
        ["Version", <VersionLink key="version" version={version} />],
        ["Python type", version.type],
        ["Size", <Size bytes={version.size} key="size" />],
        ["Saved", <Moment at={version.created_at} key="saved" />],
        ["Labels", version.tags.length + version.aliases.length > 0 ? labels : null],
        ["DAG run", runOf(vertex.group)],
        [
          "Lineage",
          <Go key="lineage" to={lineagePage(version.id)}>
            Begin from this version
          </Go>,
        ],
      ]);
    }
    case "task_run": {
      const { decision, run } = vertex;
      return said([
        ["Task instance", <TaskRunLink key="run" run={run} />],
        ["State", `${run.state}, try ${run.try_number}`],
        ["Outcome", decision && <Outcome decision={decision} key="outcome" />],
        ["Started", <Moment at={run.started_at} key="began" />],
        ["DAG run", runOf(vertex.group)],
      ]);
    }
    case "dag":
      return [
        [
          "DAG",
          <Go key="dag" to={dagPage(vertex.dag)}>
            {vertex.dag}
          </Go>,
        ],
        ["Shown here", subtitle(vertex)],
      ];
    case "hidden":
      return [["Hidden", "It belongs to a DAG that you may not read; whoever may read that DAG sees it here."]];
  }
};
