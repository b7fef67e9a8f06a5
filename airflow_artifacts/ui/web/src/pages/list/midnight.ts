import { moment } from "src/components/Moment";

/** When a day (`2026-11-25`), or one some days later, begins in a time zone, as the API reads moments. */
export const midnight = (day: string, zone: string, later: number): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + later);
  const offset = (at: number) => Date.parse(`${moment(new Date(at).toISOString(), zone).replace(" ", "T")}Z`) - at;
  const wanted = date.getTime();
  // Twice, as the clocks may change between the guess and the answer.
  const guess = wanted - offset(wanted);
  return new Date(wanted - offset(guess)).toISOString();
};
