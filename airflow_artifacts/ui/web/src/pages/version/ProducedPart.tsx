import { Stack, Text } from "@chakra-ui/react";

import type { Provenance, TaskRun } from "src/api/client";
import { Code } from "src/components/Code";
import { DecisionSaid } from "src/components/DecisionSaid";
import { Duration } from "src/components/Duration";
import { Definitions } from "src/components/Definitions";
import { Go, TaskRunLink } from "src/components/Go";
import { Json } from "src/components/Json";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";
import { runPage } from "src/links";
import { InputsTable } from "src/pages/version/InputsTable";

const seconds = ({ ended_at: end, started_at: start }: TaskRun): number =>
  end === null ? 0 : (Date.parse(end) - Date.parse(start)) / 1000;

const Ran = ({ provenance: { decision, task_run: run } }: { readonly provenance: Provenance }) => (
  <Definitions
    entries={{
      Task: <TaskRunLink run={run} />,
      Run: <Go to={runPage(run.dag_id, run.run_id)}>{run.run_id}</Go>,
      Try: run.try_number,
      State: run.state,
      Started: <Moment at={run.started_at} />,
      Ended: run.ended_at === null ? "not yet" : <Moment at={run.ended_at} />,
      Duration: run.ended_at === null ? null : <Duration seconds={seconds(run)} />,
      Outcome: <DecisionSaid decision={decision} />,
    }}
  />
);

const Recorded = ({ title, values }: { readonly title: string; readonly values: Readonly<Record<string, unknown>> }) =>
  Object.keys(values).length === 0 ? null : (
    <Panel title={title}>
      <Rows
        heads={["Name", "Value"]}
        label={title}
        rows={Object.entries(values).map(([key, value]) => ({
          cells: [key, <Json key={key} label={key} value={value} />],
          key,
        }))}
      />
    </Panel>
  );

interface Props {
  readonly provenance: Provenance | null;
}

/** What made a version: the task run, what it received and the code that ran. */
export const ProducedPart = ({ provenance }: Props) =>
  provenance === null ? (
    <Panel title="Produced by">
      <Text color="fg.muted">No task run is recorded: it was saved outside of one, or the record was deleted.</Text>
    </Panel>
  ) : (
    <Stack gap={4}>
      <Panel title="Task run">
        <Ran provenance={provenance} />
      </Panel>
      {provenance.inputs.length === 0 ? null : (
        <Panel title="Inputs">
          <InputsTable inputs={provenance.inputs} />
        </Panel>
      )}
      <Recorded title="Parameters" values={provenance.parameters} />
      {provenance.source === null ? null : (
        <Panel title="Source code">
          <Code label="Code of the task" language="python" text={provenance.source} />
        </Panel>
      )}
      <Recorded title="Packages" values={provenance.packages} />
      <Recorded title="Environment" values={provenance.environment} />
    </Stack>
  );
