import { Heading, HStack, Stack } from "@chakra-ui/react";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "react-router-dom";

import { type Graph, queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Crumbs } from "src/components/Crumbs";
import { useTitle } from "src/components/useTitle";
import { crowded } from "src/graph/collapse";
import { pictureOfLineage } from "src/graph/fromAnswer";
import { LineageGraph } from "src/graph/LineageGraph";
import { fullName } from "src/graph/names";
import { artifactPage, versionPage } from "src/links";
import { BlastRadius } from "src/pages/lineage/BlastRadius";
import { Steering } from "src/pages/lineage/Steering";
import { Truncated } from "src/pages/lineage/Truncated";
import { type LineageState, useLineageState } from "src/pages/lineage/useLineageState";

// With more vertices other DAGs are drawn as one node each, until somebody expands them.
const most = 300;

interface Props {
  readonly graph: Graph;
  readonly state: LineageState;
}

const Shown = ({ graph, state }: Props) => {
  const picture = useMemo(() => pictureOfLineage(graph), [graph]);
  const collapsed = useMemo(() => state.collapsed ?? crowded(picture, most), [picture, state.collapsed]);
  const root = picture.vertices.find(({ id }) => id === picture.root);
  const version = root?.kind === "version" ? root.version : undefined;
  const name = root ? fullName(root) : "a version";
  useTitle(`Lineage of ${name}`);
  return (
    <Stack gap={3}>
      <Crumbs
        here="Lineage"
        trail={
          version
            ? [
                { label: version.artifact, to: artifactPage(version.artifact) },
                { label: `@${version.version}`, to: versionPage(version.id) },
              ]
            : []
        }
      />
      <HStack gap={4} justify="space-between" wrap="wrap">
        <Heading as="h1" overflowWrap="anywhere" size="lg">
          Lineage of {name}
        </Heading>
        <Steering {...state} />
      </HStack>
      {graph.truncated ? <Truncated {...state} /> : null}
      <LineageGraph height="min(70vh, 48rem)" picture={picture} state={{ ...state, collapsed }} />
    </Stack>
  );
};

/** What a version was made from and what was made from it, across DAGs and runs. */
export const LineagePage = () => {
  const { id = "" } = useParams();
  const state = useLineageState();
  const { depth, direction } = state;
  const asked = queries.useQuery(
    "get",
    "/api/versions/{id}/lineage",
    { params: { path: { id }, query: { depth, direction } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Stack gap={4}>
      <Answered asked={asked}>{(graph) => <Shown graph={graph} state={state} />}</Answered>
      <BlastRadius id={id} />
    </Stack>
  );
};
