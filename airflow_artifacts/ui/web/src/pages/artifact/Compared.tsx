import { Button, Text } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";

import { comparePage } from "src/links";
import { byAge, type Pair } from "src/pages/artifact/pair";

/** The way to the comparison of two versions, or how to get there. */
export const Compared = ({ pair }: { readonly pair: Pair }) => {
  const two = byAge(pair);
  return (
    <Text aria-live="polite" as="div" color="fg.muted" fontSize="sm">
      {two ? (
        <Button asChild size="xs" variant="outline">
          <RouterLink to={comparePage(two[0].id, two[1].id)}>
            Compare @{two[0].version} with @{two[1].version}
          </RouterLink>
        </Button>
      ) : pair[0] ? (
        `@${pair[0].version} is picked: pick another to compare`
      ) : (
        "Pick two versions to compare"
      )}
    </Text>
  );
};
