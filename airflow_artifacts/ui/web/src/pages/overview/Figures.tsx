import { SimpleGrid } from "@chakra-ui/react";

import type { Overview } from "src/api/client";
import { Duration } from "src/components/Duration";
import { hitRate } from "src/components/OutcomeBar";
import { Size } from "src/components/Size";
import { Figure } from "src/pages/overview/Figure";
import { summed, times } from "src/pages/overview/sums";

/** The numbers of the deployment. */
export const Figures = ({ overview }: { readonly overview: Overview }) => {
  const { hits, misses, seconds } = summed(overview.days);
  const span = `the last ${overview.days.length} days`;
  return (
    <SimpleGrid gap={{ base: 2, md: 4 }} minChildWidth={{ base: "7.5rem", md: "13rem" }}>
      <Figure label="Artifacts" means="Named series of versions that you may see, unnamed outputs among them.">
        {overview.artifacts.toLocaleString("en")}
      </Figure>
      <Figure label="Versions" means="Values of these artifacts, each kept as it was.">
        {overview.versions.toLocaleString("en")}
      </Figure>
      <Figure label="Named" means="What the versions would take if each kept bytes of its own.">
        <Size bytes={overview.bytes_named} />
      </Figure>
      <Figure label="Stored" means="What they take in the store, where equal bytes lie once.">
        <Size bytes={overview.bytes_stored} />
      </Figure>
      <Figure label="Deduplication" means="How many times over the stored bytes are named.">
        {times(overview.bytes_named, overview.bytes_stored)}
      </Figure>
      <Figure label="Registered" means="Data that is versioned where it lies, outside of the store.">
        <Size bytes={overview.bytes_registered} />
      </Figure>
      <Figure label="Hit rate" means={`Of the task runs that asked the cache in ${span}, how many found their result.`}>
        {hitRate({ hits, misses }) ?? "–"}
      </Figure>
      <Figure label="Time saved" means={`What the results found in ${span} had taken to compute.`}>
        <Duration seconds={seconds} />
      </Figure>
    </SimpleGrid>
  );
};
