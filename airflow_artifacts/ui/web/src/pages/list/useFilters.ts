import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router-dom";

import { type Filters, filtersOf, paramsOf } from "src/pages/list/filters";

interface Kept {
  readonly filters: Filters;
  /** Each change is a step of the browser's history, unless it is typed. */
  readonly change: (next: Partial<Filters>, typed?: boolean) => void;
}

/** The filters, which the address keeps. */
export const useFilters = (): Kept => {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => filtersOf(params), [params]);
  const change = useCallback(
    (next: Partial<Filters>, typed = false) => {
      setParams((now) => paramsOf({ ...filtersOf(now), ...next }), { replace: typed });
    },
    [setParams],
  );
  return { filters, change };
};
