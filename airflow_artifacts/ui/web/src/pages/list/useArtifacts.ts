import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";

import { queries } from "src/api/client";
import { useMore } from "src/api/useMore";
import type { Query } from "src/pages/list/filters";

/** Artifacts page by page; while others are asked for, those of before stay. */
export const useArtifacts = (query: Query) => {
  const asked = queries.useInfiniteQuery(
    "get",
    "/api/artifacts",
    { params: { query: { ...query, limit: 100 } } },
    {
      pageParamName: "page",
      initialPageParam: null,
      getNextPageParam: (last) => last.next,
      placeholderData: keepPreviousData,
    },
  );
  const artifacts = useMemo(() => asked.data?.pages.flatMap((page) => page.artifacts) ?? [], [asked.data]);
  return { asked, artifacts, first: asked.data?.pages[0], more: useMore(asked) };
};

/** How many artifacts there would be if unnamed ones counted too. */
export const useCountWithUnnamed = (query: Query, enabled: boolean) =>
  queries.useQuery("get", "/api/artifacts", { params: { query: { ...query, named: false, limit: 1 } } }, { enabled });
