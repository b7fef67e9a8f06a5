import { Field, HStack, NativeSelect, Stack } from "@chakra-ui/react";

import { queries, type Version } from "src/api/client";
import { VersionLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment, moment, useTimezone } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { Size } from "src/components/Size";

interface Props {
  readonly onChoose: (id: string) => void;
  readonly title: string;
  readonly version: Version;
}

// The most that the API gives at once.
const limit = 200;

const Choice = ({ onChoose, title, version }: Props) => {
  const zone = useTimezone();
  const { data } = queries.useQuery("get", "/api/artifact/versions", {
    params: { query: { limit, name: version.artifact } },
  });
  const others = data?.versions ?? [];
  // One that is not among the newest stands first.
  const all = others.some(({ id }) => id === version.id) ? others : [version, ...others];
  return (
    <Field.Root>
      <Field.Label>Version {title.toLowerCase()}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field
          onChange={({ target }) => {
            onChoose(target.value);
          }}
          value={version.id}
        >
          {all.map((one) => (
            <option key={one.id} value={one.id}>
              @{one.version} of {moment(one.created_at, zone)}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
};

/** One of the two, and the choice of another in its place. */
export const Side = (props: Props) => {
  const { title, version } = props;
  return (
    <Panel title={title}>
      <Stack gap={3}>
        <HStack gap={2} wrap="wrap">
          <VersionLink version={version} />
          <Labels aliases={version.aliases} tags={version.tags} />
        </HStack>
        <HStack color="fg.muted" fontSize="sm" gap={3} wrap="wrap">
          <span>{version.type}</span>
          <Size bytes={version.size} />
          <Moment at={version.created_at} />
        </HStack>
        <Choice {...props} />
      </Stack>
    </Panel>
  );
};
