/** JSON as Python writes it: its whole numbers may have more digits than a double keeps. */

// Texts too, so that digits within one are left alone.
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const mark = "\u0000whole ";

const isTooLong = (token: string): boolean => /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));

/** Parses JSON; a whole number that a double would change is a bigint. */
export const parseExactly = (text: string): unknown => {
  const marked = text.replace(tokens, (token) => (isTooLong(token) ? JSON.stringify(mark + token) : token));
  const revive = (_: string, value: unknown): unknown =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  return marked === text ? JSON.parse(text) : JSON.parse(marked, revive);
};
