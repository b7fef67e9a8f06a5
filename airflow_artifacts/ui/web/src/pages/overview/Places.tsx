import { Code, Stack, Text } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Definitions } from "src/components/Definitions";
import { Panel } from "src/components/Panel";

const Where = ({ children }: { readonly children: string }) => (
  <Code maxW="full" overflowWrap="anywhere" whiteSpace="normal">
    {children}
  </Code>
);

/** Where all this is kept. */
export const Places = () => {
  const asked = queries.useQuery("get", "/api/about");
  return (
    <Panel title="Where it is kept">
      <Answered asked={asked}>
        {({ database, embedded, release, store, user }) => (
          <Stack gap={3}>
            <Definitions
              entries={{
                Store: <Where>{store}</Where>,
                "Lineage database": <Where>{database}</Where>,
                Release: release,
                "You are": user,
              }}
            />
            {embedded && (
              <Text color="fg.muted" fontSize="sm">
                The embedded default is in use, which belongs to one machine: workers on others need a store and a
                lineage database that all of them reach.
              </Text>
            )}
          </Stack>
        )}
      </Answered>
    </Panel>
  );
};
