import { useMemo, useState } from "react";

import { Answered } from "src/components/Answered";
import { MoreFailed } from "src/components/MoreFailed";
import { Panel } from "src/components/Panel";
import { VirtualTable } from "src/components/VirtualTable";
import { Compared } from "src/pages/artifact/Compared";
import type { Pair } from "src/pages/artifact/pair";
import { useVersions } from "src/pages/artifact/useVersions";
import { versionColumns } from "src/pages/artifact/versionColumns";

interface Props {
  readonly name: string;
  readonly total: number;
}

/** The versions of an artifact, two of which can be picked to compare. */
export const Versions = ({ name, total }: Props) => {
  const [pair, setPair] = useState<Pair>([]);
  const { asked, versions, more } = useVersions(name);
  const columns = useMemo(() => versionColumns(pair, setPair).slice(total > 1 ? 0 : 1), [pair, total]);
  return (
    <Panel aside={total > 1 && <Compared pair={pair} />} title="Versions">
      <Answered asked={asked}>
        {() => (
          <VirtualTable
            columns={columns}
            height="32rem"
            keyOf={({ id }) => id}
            label={`Versions of ${name}`}
            onNearEnd={more}
            rows={versions}
            total={total}
          />
        )}
      </Answered>
      <MoreFailed asked={asked} />
    </Panel>
  );
};
