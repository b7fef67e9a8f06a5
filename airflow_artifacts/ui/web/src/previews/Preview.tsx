import { Box, Heading, Stack, Text } from "@chakra-ui/react";

import { type PreviewAnswer, queries, type Visualization } from "src/api/client";
import { parseExactly } from "src/api/exact";
import { Answered } from "src/components/Answered";
import { Boundary } from "src/components/Boundary";
import { Drawing } from "src/previews/Drawing";

interface ShownProps {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly shown: Visualization;
}

/** One visualization; a fault in it stays its own. */
const Shown = ({ id, name, number, shown }: ShownProps) => (
  <Box minW={0}>
    {shown.title === null ? null : (
      <Heading as="h3" mb={2} size="sm">
        {shown.title}
      </Heading>
    )}
    <Boundary>
      <Drawing
        data={shown.data}
        id={id}
        kind={shown.kind}
        label={shown.title ?? `Preview ${number + 1} of ${name}`}
        number={number}
      />
    </Boundary>
  </Box>
);

const readExactly = (text: string): PreviewAnswer => parseExactly(text) as PreviewAnswer;

interface Props {
  readonly id: string;
  /** What is shown, as people call it. */
  readonly name: string;
}

/** All that a worker made to be shown of a version. */
export const Preview = ({ id, name }: Props) => {
  const asked = queries.useQuery(
    "get",
    "/api/versions/{id}/preview",
    { params: { path: { id } }, parseAs: "text" },
    { select: readExactly },
  );
  return (
    <Answered asked={asked}>
      {({ visualizations }) =>
        visualizations.length === 0 ? (
          <Text color="fg.muted">Nothing was made to be shown of this value.</Text>
        ) : (
          <Stack gap={6}>
            {visualizations.map((shown, number) => (
              <Shown id={id} key={`${number} ${shown.kind}`} name={name} number={number} shown={shown} />
            ))}
          </Stack>
        )
      }
    </Answered>
  );
};
