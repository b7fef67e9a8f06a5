import { useEffect } from "react";

/** Names the browser's tab after a page for as long as it stands. */
export const useTitle = (title?: string): void => {
  useEffect(() => {
    const before = document.title;
    document.title = title === undefined ? "Artifacts" : `${title} - Artifacts`;
    return () => {
      document.title = before;
    };
  }, [title]);
};
