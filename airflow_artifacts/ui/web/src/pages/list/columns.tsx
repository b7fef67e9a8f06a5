import { Stack } from "@chakra-ui/react";

import type { Artifact } from "src/api/client";
import { Age } from "src/components/Age";
import { Beneath } from "src/components/Beneath";
import { ArtifactLink, Go, TaskRunLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Size } from "src/components/Size";
import { TypeName } from "src/components/TypeName";
import type { Column } from "src/components/VirtualTable";
import { versionPage } from "src/links";
import type { Filters, Sort } from "src/pages/list/filters";
import { SortButton, sorted } from "src/pages/list/SortButton";

const Latest = ({ latest }: Pick<Artifact, "latest">) => <Go to={versionPage(latest.id)}>@{latest.version}</Go>;

/** The type for people, and that of Python beside it. */
const Type = ({ latest }: Pick<Artifact, "latest">) => (
  <>
    {latest.kind} · <TypeName type={latest.type} />
  </>
);

const Name = ({ artifact }: { readonly artifact: Artifact }) => (
  <Stack gap={1}>
    <span>
      <ArtifactLink name={artifact.name} /> <Labels aliases={artifact.latest.aliases} tags={artifact.latest.tags} />
    </span>
    <Beneath>
      <Latest latest={artifact.latest} />
      <span>
        <Type latest={artifact.latest} />
      </span>
      <Size bytes={artifact.latest.size} />
      <Age at={artifact.latest.created_at} />
      {artifact.latest.producer && <TaskRunLink run={artifact.latest.producer} />}
    </Beneath>
  </Stack>
);

/** What the list shows of an artifact; narrow windows put most of it under its name. */
export const columnsOf = (filters: Filters, change: (next: Partial<Filters>) => void): Column<Artifact>[] => {
  const sortable = (sort: Sort, label: string) => ({
    header: <SortButton change={change} filters={filters} label={label} sort={sort} />,
    key: sort,
    sorted: sorted(filters, sort),
  });
  return [
    { ...sortable("name", "Name"), cell: (artifact) => <Name artifact={artifact} /> },
    {
      key: "latest",
      header: "Latest",
      cell: ({ latest }) => <Latest latest={latest} />,
      width: "10%",
      wideOnly: true,
    },
    { key: "type", header: "Type", cell: ({ latest }) => <Type latest={latest} />, width: "20%", wideOnly: true },
    {
      ...sortable("size", "Size"),
      cell: ({ latest }) => <Size bytes={latest.size} />,
      width: "5.5rem",
      wideOnly: true,
    },
    {
      ...sortable("updated", "Updated"),
      cell: ({ latest }) => <Age at={latest.created_at} />,
      width: "7rem",
      wideOnly: true,
    },
    {
      key: "producer",
      header: "Made by",
      cell: ({ latest }) => (latest.producer ? <TaskRunLink run={latest.producer} /> : latest.save_kind),
      width: "22%",
      wideOnly: true,
    },
  ];
};
