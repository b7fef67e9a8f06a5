import { HStack, Stack } from "@chakra-ui/react";

import type { ArtifactDetail } from "src/api/client";
import { Age } from "src/components/Age";
import { Facts } from "src/components/Facts";
import { Go, TaskRunLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Size } from "src/components/Size";
import { versionPage } from "src/links";

/** What an artifact is, at a glance. */
export const Head = ({ detail }: { readonly detail: ArtifactDetail }) => {
  const { aliases, latest, tags, versions } = detail.artifact;
  return (
    <Stack gap={3}>
      {(tags.length > 0 || Object.keys(aliases).length > 0) && (
        <HStack gap={3} wrap="wrap">
          {Object.entries(aliases).map(([alias, version]) => (
            <HStack gap={1} key={alias}>
              <Labels aliases={[alias]} />
              <Go to={versionPage(detail.alias_ids[alias] ?? latest.id)}>@{version}</Go>
            </HStack>
          ))}
          <Labels tags={tags} />
        </HStack>
      )}
      <Facts
        facts={[
          ["Latest", <Go key="latest" to={versionPage(latest.id)}>{`@${latest.version}`}</Go>],
          ["Versions", versions.toLocaleString("en")],
          ["Type", latest.kind],
          ["Python type", latest.type],
          ["Size", <Size bytes={latest.size} key="size" />],
          ["Updated", <Age at={latest.created_at} key="updated" />],
          ["Made by", latest.producer ? <TaskRunLink key="producer" run={latest.producer} /> : latest.save_kind],
        ]}
      />
    </Stack>
  );
};
