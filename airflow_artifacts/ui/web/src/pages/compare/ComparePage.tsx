import { Heading, Stack, Text } from "@chakra-ui/react";
import { useSearchParams } from "react-router-dom";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Crumbs } from "src/components/Crumbs";
import { useTitle } from "src/components/useTitle";
import { Differences } from "src/pages/compare/Differences";
import { Sides } from "src/pages/compare/Sides";

interface Props {
  readonly before: string;
  readonly now: string;
}

const Compared = ({ before, now }: Props) => {
  const asked = queries.useQuery("get", "/api/compare", { params: { query: { before, now } } });
  return (
    <Answered asked={asked}>
      {(diff) => (
        <Stack gap={4}>
          <Sides before={diff.before} now={diff.now} />
          <Differences diff={diff} />
        </Stack>
      )}
    </Answered>
  );
};

/** What differs between two versions, which the address names. */
export const ComparePage = () => {
  const [asked] = useSearchParams();
  const before = asked.get("before");
  const now = asked.get("now");
  useTitle("Compare");
  return (
    <Stack gap={4} minW={0}>
      <Crumbs here="Compare" />
      <Heading as="h1" size="xl">
        Compare two versions
      </Heading>
      {before === null || now === null ? (
        <Text>Open a version, and choose there what to compare it with.</Text>
      ) : (
        <Compared before={before} now={now} />
      )}
    </Stack>
  );
};
