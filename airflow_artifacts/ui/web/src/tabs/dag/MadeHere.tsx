import { Text } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { ArtifactLink, Go } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";
import { Size } from "src/components/Size";
import { TypeName } from "src/components/TypeName";
import { versionPage } from "src/links";

const heads = ["Artifact", "Latest", "Python type", "Size", "Updated"];

/** The artifacts that a DAG makes, those without a name of their own too. */
export const MadeHere = ({ dagId }: { readonly dagId: string }) => {
  const asked = queries.useQuery("get", "/api/artifacts", {
    params: { query: { dag_id: dagId, limit: 200, named: false } },
  });
  return (
    <Panel title="Artifacts of this DAG">
      <Answered asked={asked}>
        {({ artifacts, next }) => (
          <>
            <Rows
              heads={heads}
              label="Artifacts of this DAG"
              rows={artifacts.map(({ latest, name }) => ({
                key: name,
                cells: [
                  <ArtifactLink key="name" name={name} />,
                  <Go key="latest" to={versionPage(latest.id)}>
                    @{latest.version}
                  </Go>,
                  <TypeName key="type" type={latest.type} />,
                  <Size bytes={latest.size} key="size" />,
                  <Moment at={latest.created_at} key="made" />,
                ],
              }))}
            />
            {next === null ? null : <Text color="fg.muted">There are more; the list of artifacts finds them.</Text>}
          </>
        )}
      </Answered>
    </Panel>
  );
};
