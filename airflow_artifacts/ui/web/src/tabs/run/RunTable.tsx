import { Table } from "@chakra-ui/react";

import type { DecidedRun } from "src/api/client";
import { RunRow } from "src/tabs/run/RunRow";

const columns = [
  { head: "Why", width: "3.5rem" },
  { head: "Task", width: "18%" },
  { head: "Outcome", width: undefined },
  { head: "Inputs", width: "22%" },
  { head: "Outputs", width: "22%" },
  { head: "Time saved", width: "7.5rem" },
];

/** The artifact tasks of a DAG run; each row opens to say why. */
export const RunTable = ({ runs }: { readonly runs: readonly DecidedRun[] }) => (
  <Table.ScrollArea>
    <Table.Root aria-label="Artifact tasks of this run" minW="4xl" size="sm" tableLayout="fixed" whiteSpace="normal">
      <Table.Header>
        <Table.Row>
          {columns.map(({ head, width }) => (
            <Table.ColumnHeader key={head} scope="col" w={width}>
              {head}
            </Table.ColumnHeader>
          ))}
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {runs.map((run) => (
          <RunRow columns={columns.length} key={run.task_run.id} run={run} />
        ))}
      </Table.Body>
    </Table.Root>
  </Table.ScrollArea>
);
