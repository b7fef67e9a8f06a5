const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes as people read them, in powers of ten: `1.5 MB`. */
export const size = (bytes: number): string => {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[power] ?? ""}`;
};

export const Size = ({ bytes }: { readonly bytes: number }) => (
  <span title={`${bytes.toLocaleString()} bytes`}>{size(bytes)}</span>
);
