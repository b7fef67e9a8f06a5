import { Stack } from "@chakra-ui/react";
import { useParams } from "react-router-dom";

import { queries, type VersionDetail } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Crumbs } from "src/components/Crumbs";
import { useTitle } from "src/components/useTitle";
import { artifactPage } from "src/links";
import { Head } from "src/pages/version/Head";
import { Parts } from "src/pages/version/Parts";

const Shown = ({ detail }: { readonly detail: VersionDetail }) => {
  const { artifact, version } = detail.version;
  useTitle(`${artifact}@${version}`);
  return (
    <Stack gap={4} minW={0}>
      <Crumbs here={`@${version}`} trail={[{ label: artifact, to: artifactPage(artifact) }]} />
      <Head detail={detail} />
      <Parts detail={detail} />
    </Stack>
  );
};

/** All about one version. */
export const VersionPage = () => {
  const { id = "" } = useParams();
  const asked = queries.useQuery("get", "/api/versions/{id}", { params: { path: { id } } });
  return <Answered asked={asked}>{(detail) => <Shown detail={detail} key={id} />}</Answered>;
};
