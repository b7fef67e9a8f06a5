import { Box, Heading, Stack } from "@chakra-ui/react";
import { useParams } from "react-router-dom";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Boundary } from "src/components/Boundary";
import { Crumbs } from "src/components/Crumbs";
import { useTitle } from "src/components/useTitle";
import { AliasMoves } from "src/pages/artifact/AliasMoves";
import { Head } from "src/pages/artifact/Head";
import { Series } from "src/pages/artifact/Series";
import { Versions } from "src/pages/artifact/Versions";

/** One artifact: what it is, its versions, and how they changed. */
export const ArtifactPage = () => {
  const name = useParams()["*"] ?? "";
  useTitle(name);
  const asked = queries.useQuery("get", "/api/artifact", { params: { query: { name } } });
  return (
    <Stack gap={4} key={name}>
      <Box>
        <Crumbs here={name} />
        <Heading as="h1" overflowWrap="anywhere" size="lg">
          {name}
        </Heading>
      </Box>
      <Answered asked={asked}>
        {(detail) => (
          <>
            <Head detail={detail} />
            <Versions name={name} total={detail.artifact.versions} />
            <Boundary>
              <Series name={name} />
            </Boundary>
            {detail.alias_moves.length > 0 && <AliasMoves moves={detail.alias_moves} />}
          </>
        )}
      </Answered>
    </Stack>
  );
};
