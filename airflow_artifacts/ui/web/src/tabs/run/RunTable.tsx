import { Table } from "@chakra-ui/react";

import type { DecidedRun } from "src/api/client";
import { RunRow } from "src/tabs/run/RunRow";

const heads = ["Why", "Task", "Outcome", "Reason", "Inputs", "Outputs", "Time saved"];

/** The artifact tasks of a DAG run; each row opens to say why. */
export const RunTable = ({ runs }: { readonly runs: readonly DecidedRun[] }) => (
  <Table.ScrollArea>
    <Table.Root aria-label="Artifact tasks of this run" minW="3xl" size="sm" whiteSpace="normal">
      <Table.Header>
        <Table.Row>
          {heads.map((head) => (
            <Table.ColumnHeader key={head} scope="col">
              {head}
            </Table.ColumnHeader>
          ))}
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {runs.map((run) => (
          <RunRow columns={heads.length} key={run.task_run.id} run={run} />
        ))}
      </Table.Body>
    </Table.Root>
  </Table.ScrollArea>
);
