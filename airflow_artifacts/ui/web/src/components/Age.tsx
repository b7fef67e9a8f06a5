import { useSyncExternalStore } from "react";

import { moment, useTimezone } from "src/components/Moment";

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

const format = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

/** How long ago a moment was, in one unit: `3 hr. ago`. */
export const age = (iso: string, now: number): string => {
  const seconds = (now - Date.parse(iso)) / 1000;
  const [unit, length] = units.find(([, most]) => seconds >= most) ?? ["second", 1];
  return unit === "second" ? "just now" : format.format(-Math.floor(seconds / length), unit);
};

// Moves on by itself, in steps that the eye does not miss.
const step = 10_000;
const subscribe = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, step);
  return () => {
    clearInterval(timer);
  };
};

/** How long ago; the moment itself stands in its tooltip. */
export const Age = ({ at }: { readonly at: string }) => {
  const zone = useTimezone();
  const now = useSyncExternalStore(subscribe, () => Math.floor(Date.now() / step) * step);
  return (
    <time dateTime={at} style={{ whiteSpace: "nowrap" }} title={`${moment(at, zone)} (${zone})`}>
      {age(at, now)}
    </time>
  );
};
