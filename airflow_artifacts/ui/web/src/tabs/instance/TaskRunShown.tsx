import { Stack, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { TaskRunDetail } from "src/api/client";
import { Code } from "src/components/Code";
import { Facts } from "src/components/Facts";
import { Fold } from "src/components/Fold";
import { Json } from "src/components/Json";
import { Moment } from "src/components/Moment";
import { Named } from "src/components/Named";
import { Panel } from "src/components/Panel";
import { Why } from "src/components/Why";

interface Props {
  readonly detail: TaskRunDetail;
  /** The choice of the try. */
  readonly tries: ReactNode;
}

const isEmpty = (values: Readonly<Record<string, unknown>>): boolean => Object.keys(values).length === 0;

const Pending = ({ names }: { readonly names: readonly string[] }) =>
  names.length === 0 ? null : (
    <Text color="fg.muted" mt={2}>
      Not made yet: {names.join(", ")}
    </Text>
  );

/** A task run: what it read and wrote, why it was cached or executed, and what it was called with. */
export const TaskRunShown = ({ detail, tries }: Props) => {
  const { environment, explanation, parameters, pending, run, source } = detail;
  const { decision, inputs, outputs, task_run: task } = run;
  return (
    <Stack gap={4}>
      <Panel aside={tries} title="Cached or executed, and why">
        <Why decision={decision} explanation={explanation} />
      </Panel>
      <Panel title="Inputs and outputs">
        <Facts
          facts={[
            ["Inputs", <Named all key="inputs" label="Inputs" named={inputs} />],
            [
              "Outputs",
              <div key="outputs">
                <Named all label="Outputs" named={outputs} />
                <Pending names={pending} />
              </div>,
            ],
          ]}
        />
      </Panel>
      <Panel title="The call">
        <Facts
          facts={[
            ["State", task.state],
            ["Started", <Moment at={task.started_at} key="began" />],
            ["Ended", task.ended_at === null ? "not yet" : <Moment at={task.ended_at} key="ended" />],
            [
              "Parameters",
              isEmpty(parameters) ? "none" : <Json key="parameters" label="Parameters" value={parameters} />,
            ],
          ]}
        />
        {source === null ? null : (
          <Fold title="Source">{() => <Code label="Source" language="python" text={source} />}</Fold>
        )}
        {isEmpty(environment) ? null : (
          <Fold title="Environment">{() => <Json label="Environment" value={environment} />}</Fold>
        )}
      </Panel>
    </Stack>
  );
};
