import { useSyncExternalStore } from "react";

type ColourMode = "dark" | "light";

// Airflow's page marks its root element.
const marked = (): ColourMode => (document.documentElement.classList.contains("dark") ? "dark" : "light");

const subscribe = (changed: () => void): (() => void) => {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => {
    observer.disconnect();
  };
};

/** Whether Airflow's page is dark; for libraries that have colours of their own. */
export const useColourMode = (): ColourMode => useSyncExternalStore(subscribe, marked);
