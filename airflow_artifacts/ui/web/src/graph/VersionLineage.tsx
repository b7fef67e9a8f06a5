import { Stack } from "@chakra-ui/react";
import { useMemo } from "react";

import { type Graph, queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Go } from "src/components/Go";
import { crowded } from "src/graph/collapse";
import { pictureOfLineage } from "src/graph/fromAnswer";
import { LineageGraph } from "src/graph/LineageGraph";
import { useLocalState } from "src/graph/state";
import { lineagePage } from "src/links";

const depth = 2;
const most = 60;

const Near = ({ graph }: { readonly graph: Graph }) => {
  const picture = useMemo(() => pictureOfLineage(graph), [graph]);
  const state = useLocalState(useMemo(() => crowded(picture, most), [picture]));
  return <LineageGraph embedded height="22rem" picture={picture} state={state} />;
};

/** What stands next to a version in its lineage, inside another page, with the way to all of it. */
export const VersionLineage = ({ id }: { readonly id: string }) => {
  const asked = queries.useQuery("get", "/api/versions/{id}/lineage", { params: { path: { id }, query: { depth } } });
  return (
    <Answered asked={asked}>
      {(graph) => (
        <Stack gap={2}>
          <Near graph={graph} />
          <Go to={lineagePage(id)}>Open the whole lineage</Go>
        </Stack>
      )}
    </Answered>
  );
};
