import { Button, SimpleGrid, Stack } from "@chakra-ui/react";
import { Link as RouterLink, useNavigate } from "react-router-dom";

import type { Version } from "src/api/client";
import { comparePage } from "src/links";
import { Side } from "src/pages/compare/Side";

interface Props {
  readonly before: Version;
  readonly now: Version;
}

/** The two versions; each may be changed for another of its artifact, and one for the other. */
export const Sides = ({ before, now }: Props) => {
  const navigate = useNavigate();
  const show = (earlier: string, later: string) => {
    void navigate(comparePage(earlier, later));
  };
  return (
    <Stack align="start" gap={3}>
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4} w="full">
        <Side
          onChoose={(id) => {
            show(id, now.id);
          }}
          title="Before"
          version={before}
        />
        <Side
          onChoose={(id) => {
            show(before.id, id);
          }}
          title="Now"
          version={now}
        />
      </SimpleGrid>
      <Button asChild size="sm" variant="outline">
        <RouterLink to={comparePage(now.id, before.id)}>Swap the two</RouterLink>
      </Button>
    </Stack>
  );
};
