import { useSyncExternalStore } from "react";

const subscribe = (changed: () => void): (() => void) => {
  // Airflow's page tells itself by the second, other windows of it by the first.
  const events = ["storage", "local-storage"];
  events.forEach((event) => {
    window.addEventListener(event, changed);
  });
  return () => {
    events.forEach((event) => {
      window.removeEventListener(event, changed);
    });
  };
};

/** The time zone that the user chose in Airflow's page, kept in the browser. */
export const useTimezone = (): string => {
  const kept = useSyncExternalStore(subscribe, () => localStorage.getItem("timezone"));
  try {
    const zone: unknown = JSON.parse(kept ?? "null");
    return typeof zone === "string" && zone !== "" ? zone : "UTC";
  } catch {
    return "UTC";
  }
};

/** A moment as Airflow shows it, `2026-11-25 20:32:51`, in a time zone; one that the browser does not know is UTC. */
export const moment = (iso: string, zone: string): string => {
  const format = (timeZone: string) =>
    new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone }).format(new Date(iso));
  try {
    return format(zone);
  } catch {
    return format("UTC");
  }
};

export const Moment = ({ at }: { readonly at: string }) => {
  const zone = useTimezone();
  return (
    <time dateTime={at} style={{ whiteSpace: "nowrap" }} title={`${at} (shown in ${zone})`}>
      {moment(at, zone)}
    </time>
  );
};
