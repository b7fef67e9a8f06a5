import { Table, Text } from "@chakra-ui/react";

import type { LargeArtifact } from "src/api/client";
import { ArtifactLink } from "src/components/Go";
import { Panel } from "src/components/Panel";
import { Size } from "src/components/Size";
import { percent } from "src/pages/overview/sums";

interface Props {
  readonly artifacts: readonly LargeArtifact[];
  /** The bytes of all artifacts. */
  readonly whole: number;
}

/** What names most bytes. */
export const Largest = ({ artifacts, whole }: Props) => (
  <Panel title="Largest artifacts">
    {artifacts.length === 0 ? (
      <Text color="fg.muted">There are none yet.</Text>
    ) : (
      <Table.Root aria-label="Largest artifacts" size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>Name</Table.ColumnHeader>
            <Table.ColumnHeader hideBelow="md" textAlign="end">
              Versions
            </Table.ColumnHeader>
            <Table.ColumnHeader textAlign="end">Size</Table.ColumnHeader>
            <Table.ColumnHeader hideBelow="md" textAlign="end">
              Of all
            </Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {artifacts.map(({ bytes, name, versions }) => (
            <Table.Row key={name}>
              <Table.Cell overflowWrap="anywhere">
                <ArtifactLink name={name} />
              </Table.Cell>
              <Table.Cell hideBelow="md" textAlign="end">
                {versions.toLocaleString("en")}
              </Table.Cell>
              <Table.Cell textAlign="end" whiteSpace="nowrap">
                <Size bytes={bytes} />
              </Table.Cell>
              <Table.Cell hideBelow="md" textAlign="end" whiteSpace="nowrap">
                {percent(bytes, whole)}
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    )}
  </Panel>
);
