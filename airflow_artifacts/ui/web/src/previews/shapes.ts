/** What workers wrote to be shown, checked before it is drawn: another release of them may have written it. */

export interface TableData {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly total_rows: number | null;
}

export interface ImageData {
  readonly media_type: string;
  readonly base64: string;
}

export interface HeatMapData {
  /** Rows and columns of what it was made from. */
  readonly shape: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly min: number;
  readonly max: number;
}

export interface BarsData {
  readonly labels: readonly string[];
  readonly values: readonly number[];
  readonly unit: string | null;
}

type Parts = Readonly<Record<string, unknown>>;

const parts = (data: unknown): Parts => (typeof data === "object" && data !== null ? (data as Parts) : {});

const isNumber = (value: unknown): value is number => typeof value === "number";

/** What is drawn by its length or colour needs no digit that a double has not. */
const drawable = (value: unknown): unknown => {
  if (isList(value)) {
    return value.map(drawable);
  }
  return typeof value === "bigint" ? Number(value) : value;
};

const isText = (value: unknown): value is string => typeof value === "string";

const listOf =
  <T>(is: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.every(is);

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

const isRow = listOf((value): value is number | null => value === null || isNumber(value));

/** Raised in drawing; it stands in the place of the one visualization. */
const refuse = (kind: string): never => {
  throw new TypeError(`what is stored as ${kind} cannot be read as one`);
};

export const asTable = (data: unknown): TableData => {
  const { columns, types, rows, total_rows: total } = parts(data);
  if (!isList(columns) || !listOf(isList)(rows)) {
    return refuse("a table");
  }
  return {
    columns: columns.map(String),
    rows,
    total_rows: isNumber(total) ? total : null,
    types: isList(types) ? types.map(String) : [],
  };
};

export const asImage = (data: unknown): ImageData => {
  const { media_type: type, base64 } = parts(data);
  return isText(type) && /^image\/[\w.+-]+$/.test(type) && isText(base64) && /^[A-Za-z0-9+/=\s]*$/.test(base64)
    ? { base64, media_type: type }
    : refuse("an image");
};

export const asHeatMap = (data: unknown): HeatMapData => {
  const { shape, ...drawn } = parts(data);
  const [values, min, max] = [drawn.values, drawn.min, drawn.max].map(drawable);
  return listOf(isNumber)(shape) && listOf(isRow)(values) && isNumber(min) && isNumber(max)
    ? { max, min, shape, values }
    : refuse("a heat map");
};

export const asBars = (data: unknown): BarsData => {
  const { labels, values: drawn, unit } = parts(data);
  const values = drawable(drawn);
  return isList(labels) && listOf(isNumber)(values) && labels.length === values.length
    ? { labels: labels.map(String), unit: isText(unit) ? unit : null, values }
    : refuse("bars");
};

export const asProperties = (data: unknown): Parts =>
  typeof data === "object" && data !== null && !isList(data) ? (data as Parts) : refuse("properties");

export const asText = (data: unknown): string => (isText(data) ? data : JSON.stringify(data, null, 2));
