import { useMemo } from "react";

import { queries } from "src/api/client";
import { useMore } from "src/api/useMore";

/** The versions of an artifact page by page, the newest publication first. */
export const useVersions = (name: string) => {
  const asked = queries.useInfiniteQuery(
    "get",
    "/api/artifact/versions",
    { params: { query: { name, limit: 100 } } },
    { pageParamName: "page", initialPageParam: null, getNextPageParam: (last) => last.next },
  );
  const versions = useMemo(() => asked.data?.pages.flatMap((page) => page.versions) ?? [], [asked.data]);
  return { asked, versions, more: useMore(asked) };
};
