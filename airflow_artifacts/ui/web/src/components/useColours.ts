import { useSyncExternalStore } from "react";

const subscribe = (changed: () => void): (() => void) => {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    observer.disconnect();
  };
};

/** The theme's colours by their token (`fg.muted`) as a canvas needs them; they change with light and dark. */
export const useColours = <T extends string>(tokens: readonly T[]): Record<T, string> => {
  const values = useSyncExternalStore(subscribe, () => {
    const style = getComputedStyle(document.documentElement);
    return tokens.map((token) => style.getPropertyValue(`--chakra-colors-${token.replace(".", "-")}`)).join("|");
  }).split("|");
  return Object.fromEntries(tokens.map((token, at) => [token, values[at] ?? ""])) as Record<T, string>;
};
