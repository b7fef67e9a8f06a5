import type { AliasMove } from "src/api/client";
import { Age } from "src/components/Age";
import { Go } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { type Column, VirtualTable } from "src/components/VirtualTable";
import { versionPage } from "src/links";

const columns: readonly Column<AliasMove>[] = [
  { key: "alias", header: "Alias", cell: ({ alias }) => <Labels aliases={[alias]} />, width: "40%" },
  {
    key: "version",
    header: "Came to name",
    cell: ({ id, version }) => (id === null ? (version ?? "nothing") : <Go to={versionPage(id)}>@{version}</Go>),
  },
  { key: "age", header: "Moved", cell: ({ at }) => <Age at={at} />, width: "6.5rem" },
  { key: "at", header: "At", cell: ({ at }) => <Moment at={at} />, width: "12rem", wideOnly: true },
];

/** What each alias named, and since when. */
export const AliasMoves = ({ moves }: { readonly moves: readonly AliasMove[] }) => (
  <Panel title="Alias history">
    <VirtualTable
      columns={columns}
      height="20rem"
      keyOf={({ alias, at, id }) => `${at} ${alias} ${id ?? ""}`}
      label="Moves of aliases"
      rows={moves}
      total={moves.length}
    />
  </Panel>
);
