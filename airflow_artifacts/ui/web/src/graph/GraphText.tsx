import { Box, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { Go, TaskRunLink, VersionLink } from "src/components/Go";
import { fullName, kindOf, linkName, subtitle } from "src/graph/names";
import { around } from "src/graph/order";
import type { Picture, Vertex } from "src/graph/picture";
import { dagPage } from "src/links";

interface Props {
  /** Off where it stands unseen for screen readers beside the drawn graph, whose focus would get lost in it. */
  readonly links: boolean;
  readonly picture: Picture;
}

const Name = ({ vertex }: { readonly vertex: Vertex }) => {
  switch (vertex.kind) {
    case "version":
      return <VersionLink version={vertex.version} />;
    case "task_run":
      return <TaskRunLink run={vertex.run} />;
    case "dag":
      return <Go to={dagPage(vertex.dag)}>{vertex.dag}</Go>;
    case "hidden":
      return <>{fullName(vertex)}</>;
  }
};

const sections = ({ vertices }: Picture): [string, Vertex[]][] => {
  const found = new Map<string, Vertex[]>();
  for (const vertex of vertices) {
    const title = vertex.group ? `${vertex.group.dag} · ${vertex.group.run}` : "Outside of DAG runs";
    found.set(title, [...(found.get(title) ?? []), vertex]);
  }
  return [...found];
};

/** The same graph as a list: by DAG run, each vertex with what it comes from. */
export const GraphText = ({ links, picture }: Props) => {
  const byId = useMemo(() => new Map(picture.vertices.map((vertex) => [vertex.id, vertex])), [picture]);
  const from = (vertex: Vertex) =>
    around(picture.links, vertex.id).from.map((link) => {
      const source = byId.get(link.source);
      return `${source ? fullName(source) : ""} (${linkName(link)})`;
    });
  return (
    <Stack as="ul" gap={3} listStyleType="none">
      {sections(picture).map(([title, vertices]) => (
        <Box as="li" key={title}>
          <Text fontWeight="bold">{title}</Text>
          <Stack as="ul" gap={1} listStyleType="disc" ps={6}>
            {vertices.map((vertex) => (
              <Box as="li" display="list-item" key={vertex.id}>
                {kindOf(vertex)} {links ? <Name vertex={vertex} /> : fullName(vertex)}, {subtitle(vertex)}
                {vertex.id === picture.root ? ", the root" : ""}
                <Text as="span" color="fg.muted">
                  {from(vertex).length === 0 ? "" : `; from ${from(vertex).join(", ")}`}
                </Text>
              </Box>
            ))}
          </Stack>
        </Box>
      ))}
    </Stack>
  );
};
