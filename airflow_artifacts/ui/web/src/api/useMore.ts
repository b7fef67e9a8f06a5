import { useCallback } from "react";

/** What is asked for page by page, as TanStack Query tells of it. */
export interface Paged {
  readonly error: unknown;
  readonly fetchNextPage: (options?: { readonly cancelRefetch?: boolean }) => Promise<unknown>;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isFetchNextPageError: boolean;
}

/** Asks for the next page, once, and not again by itself when that failed. */
export const useMore = ({ fetchNextPage, hasNextPage, isFetching, isFetchNextPageError }: Paged): (() => void) =>
  useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) {
      void fetchNextPage({ cancelRefetch: false });
    }
  }, [fetchNextPage, hasNextPage, isFetching, isFetchNextPageError]);
