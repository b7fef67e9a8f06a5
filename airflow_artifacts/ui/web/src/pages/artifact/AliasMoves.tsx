import { Box, Table } from "@chakra-ui/react";

import type { AliasMove } from "src/api/client";
import { Go } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { versionPage } from "src/links";

/** What each alias named, and since when. */
export const AliasMoves = ({ moves }: { readonly moves: readonly AliasMove[] }) => (
  <Panel title="Alias history">
    <Box aria-label="Moves of aliases" maxH="md" overflow="auto" role="region" tabIndex={0}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>When</Table.ColumnHeader>
            <Table.ColumnHeader>Alias</Table.ColumnHeader>
            <Table.ColumnHeader>Came to name</Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {moves.map(({ alias, at, id, version }) => (
            <Table.Row key={`${at} ${alias} ${id ?? ""}`}>
              <Table.Cell>
                <Moment at={at} />
              </Table.Cell>
              <Table.Cell>
                <Labels aliases={[alias]} />
              </Table.Cell>
              <Table.Cell>{id === null ? (version ?? "nothing") : <Go to={versionPage(id)}>@{version}</Go>}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  </Panel>
);
