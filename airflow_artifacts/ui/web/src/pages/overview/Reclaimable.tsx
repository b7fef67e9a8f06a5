import { HStack, Stack, Text } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Code } from "src/components/Code";
import { Copy } from "src/components/Copy";
import { Facts } from "src/components/Facts";
import { Panel } from "src/components/Panel";
import { Size } from "src/components/Size";

const command = "airflow-artifacts prune && airflow-artifacts gc";

/** What can go, and the command that lets it go. */
export const Reclaimable = () => {
  const asked = queries.useQuery("get", "/api/reclaimable");
  return (
    <Panel title="What could be removed">
      <Answered asked={asked}>
        {({ bytes, objects, versions, waiting_bytes }) => (
          <Stack gap={3}>
            <Facts
              facts={[
                ["Versions", versions.toLocaleString("en")],
                ["Objects", objects.toLocaleString("en")],
                ["Bytes", <Size bytes={bytes} key="bytes" />],
                ["Waiting", <Size bytes={waiting_bytes} key="waiting" />],
              ]}
            />
            <Text color="fg.muted" fontSize="sm">
              Versions that no recorded task run, alias or pin holds, and the objects in the store that then no version
              names. What waits was used too recently; a later gc takes it. Each command asks before it deletes, and
              says with --dry-run what would go.
            </Text>
            <Code label="The command" language="bash" text={command} />
            <HStack>
              <Copy text={command} what="the command" />
            </HStack>
          </Stack>
        )}
      </Answered>
    </Panel>
  );
};
