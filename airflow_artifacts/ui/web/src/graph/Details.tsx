import { Box, Button, CloseButton, Heading, HStack, Stack, Text } from "@chakra-ui/react";
import { useId } from "react";

import { Definitions } from "src/components/Definitions";
import { factsOf } from "src/graph/factsOf";
import { fullName, kindOf, linkName } from "src/graph/names";
import { around } from "src/graph/order";
import type { Link, Picture, Vertex } from "src/graph/picture";

interface LinksProps {
  readonly links: readonly Link[];
  readonly nameOf: (link: Link) => string;
  readonly title: string;
}

const Links = ({ links, nameOf, title }: LinksProps) =>
  links.length === 0 ? null : (
    <Box>
      <Text fontWeight="medium">{title}</Text>
      <Box aria-label={title} as="ul" listStyleType="disc" maxH="48" overflow="auto" ps={5} tabIndex={0}>
        {links.map((link) => (
          <Box as="li" display="list-item" key={link.id} overflowWrap="anywhere">
            {nameOf(link)}{" "}
            <Text as="span" color="fg.muted">
              ({linkName(link)})
            </Text>
          </Box>
        ))}
      </Box>
    </Box>
  );

interface Props {
  readonly onClose: () => void;
  /** Lets all of a collapsed DAG be seen. */
  readonly onOpen: (dag: string) => void;
  readonly picture: Picture;
  readonly vertex: Vertex;
}

/** All that the graph knows of one vertex, with the ways to its pages. */
export const Details = ({ onClose, onOpen, picture, vertex }: Props) => {
  const title = useId();
  const { from, to } = around(picture.links, vertex.id);
  const nameOf = (id: string) => {
    const found = picture.vertices.find((one) => one.id === id);
    return found ? fullName(found) : "";
  };
  return (
    <Stack aria-labelledby={title} as="aside" bg="bg.panel" fontSize="sm" gap={3} overflowY="auto" p={4} h="full">
      <HStack align="start" justify="space-between">
        <Heading as="h2" id={title} overflowWrap="anywhere" size="sm">
          {kindOf(vertex)} {fullName(vertex)}
        </Heading>
        <CloseButton aria-label="Close details" onClick={onClose} size="xs" />
      </HStack>
      {vertex.kind === "dag" ? (
        <Button
          alignSelf="start"
          onClick={() => {
            onOpen(vertex.dag);
          }}
          size="xs"
          variant="outline"
        >
          Expand this DAG
        </Button>
      ) : null}
      <Definitions entries={Object.fromEntries(factsOf(vertex))} />
      <Links links={from} nameOf={({ source }) => nameOf(source)} title="Comes from" />
      <Links links={to} nameOf={({ target }) => nameOf(target)} title="Leads to" />
    </Stack>
  );
};
