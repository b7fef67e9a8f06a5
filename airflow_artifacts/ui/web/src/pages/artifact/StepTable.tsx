import { useMemo } from "react";

import { figure } from "src/components/figure";
import { Go } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { type Column, VirtualTable } from "src/components/VirtualTable";
import { versionPage } from "src/links";
import type { Step } from "src/pages/artifact/steps";

const shown = (value: number | undefined): string => (value === undefined ? "–" : figure(value));

interface Props {
  readonly keys: readonly string[];
  readonly steps: readonly Step[];
}

/** What a chart draws, for those who read rather than look. */
export const StepTable = ({ keys, steps }: Props) => {
  const columns = useMemo(
    (): Column<Step>[] => [
      { key: "@version", header: "Version", cell: ({ id, version }) => <Go to={versionPage(id)}>@{version}</Go> },
      { key: "@at", header: "Made", cell: ({ at }) => <Moment at={at} />, wideOnly: true },
      ...keys.map((key) => ({
        key,
        header: key,
        cell: ({ values }: Step) => shown(values.get(key)),
      })),
    ],
    [keys],
  );
  return (
    <VirtualTable
      columns={columns}
      height="20rem"
      keyOf={({ id }) => id}
      label="Metadata by version"
      rows={steps}
      total={steps.length}
    />
  );
};
