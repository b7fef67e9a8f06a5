import { Button, HStack, Spinner, Stack, Text } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Code } from "src/components/Code";
import { Copy } from "src/components/Copy";
import { Failure } from "src/components/Failure";
import { Panel } from "src/components/Panel";
import { PlanShown } from "src/tabs/dag/PlanShown";

const Elsewhere = ({ command, reason }: { readonly command: string; readonly reason: string | null }) => (
  <Stack gap={2}>
    <Text>{reason ?? "This server does not plan."} On a machine that has the DAG&apos;s file this says the same:</Text>
    <HStack align="start">
      <Code label="The command that plans" language="bash" text={command} />
      <Copy text={command} what="the command" />
    </HStack>
  </Stack>
);

const Here = ({ dagId }: { readonly dagId: string }) => {
  const plan = queries.useMutation("post", "/api/dags/{dag_id}/plan");
  return (
    <Stack align="start" aria-live="polite" gap={3}>
      <Text color="fg.muted">
        Says which tasks would be cached if the DAG ran now. Nothing runs but the DAG&apos;s file.
      </Text>
      <Button
        disabled={plan.isPending}
        onClick={() => {
          plan.mutate({ params: { path: { dag_id: dagId } } });
        }}
        size="sm"
        variant="outline"
      >
        Plan a run
      </Button>
      {plan.isPending ? (
        <HStack role="status">
          <Spinner size="sm" />
          <Text>Reading the DAG and asking the cache; this may take a minute.</Text>
        </HStack>
      ) : null}
      {plan.error === null ? null : <Failure error={plan.error} />}
      {plan.data ? <PlanShown plan={plan.data} /> : null}
    </Stack>
  );
};

/** What would run now: asked of this server where it may plan, else how to ask elsewhere. */
export const Planning = ({ dagId }: { readonly dagId: string }) => {
  const asked = queries.useQuery("get", "/api/dags/{dag_id}/plan", { params: { path: { dag_id: dagId } } });
  return (
    <Panel title="What would run now">
      <Answered asked={asked}>
        {({ command, may_plan, reason }) =>
          may_plan ? <Here dagId={dagId} /> : <Elsewhere command={command} reason={reason ?? null} />
        }
      </Answered>
    </Panel>
  );
};
