import type { AliasMove } from "src/api/client";
import { Beneath } from "src/components/Beneath";
import { Go } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { type Column, VirtualTable } from "src/components/VirtualTable";
import { versionPage } from "src/links";

const Named = ({ move: { at, id, version } }: { readonly move: AliasMove }) => (
  <>
    {id === null ? (version ?? "nothing") : <Go to={versionPage(id)}>{version}</Go>}
    <Beneath>
      <Moment at={at} />
    </Beneath>
  </>
);

const columns: readonly Column<AliasMove>[] = [
  { key: "alias", header: "Alias", cell: ({ alias }) => <Labels aliases={[alias]} />, width: "30%" },
  {
    key: "version",
    header: "Came to name",
    cell: (move) => <Named move={move} />,
  },
  { key: "at", header: "Since", cell: ({ at }) => <Moment at={at} />, width: "12rem", wideOnly: true },
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
