import { Heading, HStack, SimpleGrid, Stack, Text } from "@chakra-ui/react";
import { keepPreviousData } from "@tanstack/react-query";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Moment } from "src/components/Moment";
import { useTitle } from "src/components/useTitle";
import { Days } from "src/pages/overview/Days";
import { Figures } from "src/pages/overview/Figures";
import { Largest } from "src/pages/overview/Largest";
import { Places } from "src/pages/overview/Places";
import { Reclaimable } from "src/pages/overview/Reclaimable";
import { useDays } from "src/pages/overview/useDays";

/** What there is, what it takes, and what it saves. */
export const OverviewPage = () => {
  useTitle("Overview");
  const [days] = useDays();
  const asked = queries.useQuery(
    "get",
    "/api/overview",
    { params: { query: { days } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Stack gap={4}>
      <HStack gap={3} wrap="wrap">
        <Heading as="h1" size="lg">
          Overview
        </Heading>
        {asked.data && (
          <Text color="fg.muted" fontSize="sm">
            as of <Moment at={asked.data.as_of} />
          </Text>
        )}
      </HStack>
      <Answered asked={asked}>
        {(overview) => (
          <>
            <Figures overview={overview} />
            <Days days={overview.days} />
            <Largest artifacts={overview.largest} whole={overview.bytes_named} />
          </>
        )}
      </Answered>
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={4}>
        <Reclaimable />
        <Places />
      </SimpleGrid>
    </Stack>
  );
};
