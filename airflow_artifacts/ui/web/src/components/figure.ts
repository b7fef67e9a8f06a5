/** A number as people read it: whole ones entirely, others to six digits. */
export const figure = (value: number): string => {
  if (Number.isSafeInteger(value)) {
    return value.toLocaleString("en");
  }
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return small || Math.abs(value) >= 1e15
    ? value.toExponential(3)
    : value.toLocaleString("en", { maximumSignificantDigits: 6 });
};

/** Any value in one line: numbers as people read them, texts as they are, all else as JSON. */
export const inLine = (value: unknown): string => {
  if (typeof value === "number") {
    return figure(value);
  }
  if (typeof value === "bigint") {
    return value.toLocaleString("en");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
};
