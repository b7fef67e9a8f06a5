import { IconButton, Table, Text } from "@chakra-ui/react";
import { useId, useState } from "react";

import type { DecidedRun } from "src/api/client";
import { Duration } from "src/components/Duration";
import { GoByName } from "src/components/Go";
import { Named } from "src/components/Named";
import { Outcome } from "src/components/Outcome";
import { shortTaskName } from "src/graph/names";
import { taskRunTab } from "src/links";
import { RowWhy } from "src/tabs/run/RowWhy";

interface Props {
  readonly columns: number;
  readonly run: DecidedRun;
}

/** A task of a DAG run in a line, which opens to all of its why. */
export const RunRow = ({ columns, run }: Props) => {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { decision, inputs, outputs, task_run: task } = run;
  const name = shortTaskName(task);
  return (
    <>
      <Table.Row verticalAlign="top">
        <Table.Cell>
          <IconButton
            aria-controls={id}
            aria-expanded={open}
            aria-label={`Why of ${name}`}
            onClick={() => {
              setOpen(!open);
            }}
            size="2xs"
            variant="ghost"
          >
            <span aria-hidden>{open ? "▾" : "▸"}</span>
          </IconButton>
        </Table.Cell>
        <Table.Cell overflowWrap="anywhere">
          <GoByName name={name} to={taskRunTab(task)} />
        </Table.Cell>
        <Table.Cell overflowWrap="anywhere">
          {task.state === "running" ? "running" : <Outcome decision={decision} />}
          <Text lineClamp={2}>{decision?.reasons.join("; ")}</Text>
        </Table.Cell>
        <Table.Cell>
          <Named label={`Inputs of ${name}`} named={inputs} />
        </Table.Cell>
        <Table.Cell>
          <Named label={`Outputs of ${name}`} named={outputs} />
        </Table.Cell>
        <Table.Cell>
          {decision?.outcome === "hit" && decision.seconds !== null ? <Duration seconds={decision.seconds} /> : "–"}
        </Table.Cell>
      </Table.Row>
      <Table.Row hidden={!open} id={id}>
        <Table.Cell bg="bg.subtle" colSpan={columns}>
          {open ? <RowWhy run={task} /> : null}
        </Table.Cell>
      </Table.Row>
    </>
  );
};
