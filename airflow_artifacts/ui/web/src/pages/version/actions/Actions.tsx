import { HStack, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { api, type Version } from "src/api/client";
import { Failure } from "src/components/Failure";
import { Invalidate } from "src/pages/version/actions/Invalidate";
import { OneClick } from "src/pages/version/actions/OneClick";
import { Tags } from "src/pages/version/actions/Tags";
import { WordDialog } from "src/pages/version/actions/WordDialog";

interface Props {
  readonly version: Version;
}

/** What those may change who may edit the DAG that made a version. */
export const Actions = ({ version }: Props) => {
  const [said, say] = useState("");
  const [error, fail] = useState<unknown>(null);
  const { artifact, id, pinned } = version;
  const params = { path: { id } };
  const told = { fail, say };
  return (
    <Stack gap={2}>
      <HStack aria-label="Change this version" gap={2} role="group" wrap="wrap">
        <Tags {...told} version={version} />
        <WordDialog
          button="Add a tag"
          hint="A label that many versions may have."
          label="Tag"
          run={(tag) => api.POST("/api/versions/{id}/tags", { body: { tag }, params })}
          said={(tag) => `The tag ${tag} is set.`}
          say={say}
        />
        <WordDialog
          button="Set an alias"
          hint={`A name for one version of ${artifact}; it moves here from where it stands now.`}
          label="Alias"
          run={(alias) => api.PUT("/api/versions/{id}/alias", { body: { alias }, params })}
          said={(alias) => `The alias ${alias} names this version now.`}
          say={say}
        />
        <OneClick
          {...told}
          change={{
            run: () => api.PUT("/api/versions/{id}/pin", { body: { pinned: !pinned }, params }),
            said: pinned ? "It may be pruned again." : "It is kept until it is unpinned.",
          }}
        >
          {pinned ? "Unpin" : "Pin"}
        </OneClick>
        <Invalidate say={say} version={version} />
      </HStack>
      <Text aria-live="polite" color="fg.success" role="status">
        {said}
      </Text>
      {error === null ? null : <Failure error={error} />}
    </Stack>
  );
};
