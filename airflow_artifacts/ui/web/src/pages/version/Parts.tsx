import { Tabs } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router-dom";

import type { VersionDetail } from "src/api/client";
import { Boundary } from "src/components/Boundary";
import { Panel } from "src/components/Panel";
import { VersionLineage } from "src/graph/VersionLineage";
import { FilesPart } from "src/pages/version/FilesPart";
import { LoadPart } from "src/pages/version/LoadPart";
import { MetadataPart } from "src/pages/version/MetadataPart";
import { ProducedPart } from "src/pages/version/ProducedPart";
import { StatisticsPart } from "src/pages/version/StatisticsPart";
import { UsedPart } from "src/pages/version/UsedPart";
import { Preview } from "src/previews/Preview";

interface Part {
  /** Stands in the address. */
  readonly key: string;
  readonly title: string;
  readonly draw: (detail: VersionDetail) => ReactNode;
}

const PreviewPart = ({ detail: { has_preview: has, version } }: { readonly detail: VersionDetail }) => (
  <Panel title="Preview">
    {has ? (
      <Preview id={version.id} name={`${version.artifact}@${version.version}`} />
    ) : (
      "No preview was made of this value."
    )}
  </Panel>
);

const LineagePart = ({ id }: { readonly id: string }) => (
  <Panel title="Lineage">
    <VersionLineage id={id} />
  </Panel>
);

const parts: readonly Part[] = [
  { key: "preview", title: "Preview", draw: (detail) => <PreviewPart detail={detail} /> },
  { key: "statistics", title: "Statistics", draw: (detail) => <StatisticsPart detail={detail} /> },
  { key: "metadata", title: "Metadata", draw: (detail) => <MetadataPart detail={detail} /> },
  { key: "files", title: "Files", draw: (detail) => <FilesPart detail={detail} /> },
  { key: "produced", title: "Produced by", draw: ({ provenance }) => <ProducedPart provenance={provenance} /> },
  { key: "used", title: "Used by", draw: ({ version }) => <UsedPart id={version.id} /> },
  { key: "lineage", title: "Lineage", draw: ({ version }) => <LineagePart id={version.id} /> },
  { key: "load", title: "Load it", draw: ({ version }) => <LoadPart version={version} /> },
];

/** The parts of the page, of which the address names the open one. */
export const Parts = ({ detail }: { readonly detail: VersionDetail }) => {
  const [asked, ask] = useSearchParams();
  const open = parts.find(({ key }) => key === asked.get("part")) ?? parts[0];
  return (
    <Tabs.Root
      lazyMount
      onValueChange={({ value }) => {
        ask({ part: value }, { replace: true });
      }}
      size="md"
      unmountOnExit
      value={open?.key ?? null}
    >
      <Tabs.List aria-label="Parts of the version" overflowX="auto" overflowY="hidden">
        {parts.map(({ key, title }) => (
          <Tabs.Trigger flexShrink={0} key={key} value={key}>
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {parts.map(({ draw, key }) => (
        <Tabs.Content key={key} value={key}>
          <Boundary>{draw(detail)}</Boundary>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
};
