import { Heading, Stack, Text } from "@chakra-ui/react";

import { Go } from "src/components/Go";
import { useTitle } from "src/components/useTitle";
import { listPage } from "src/links";

/** What stands at an address that means nothing. */
export const NotFound = () => {
  useTitle("Not found");
  return (
    <Stack align="start" gap={3}>
      <Heading as="h1" size="lg">
        There is no such page
      </Heading>
      <Text color="fg.muted">The address may be mistyped, or come from a newer release.</Text>
      <Go to={listPage()}>All artifacts</Go>
    </Stack>
  );
};
