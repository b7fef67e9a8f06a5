/** What the list is narrowed to and ordered by, as its address says it. */

import type { paths } from "src/api/schema";
import { midnight } from "src/pages/list/midnight";

/** What the API is asked. */
export type Query = NonNullable<paths["/api/artifacts"]["get"]["parameters"]["query"]>;

const sorts = ["name", "updated", "size"] as const;

export type Sort = (typeof sorts)[number];

const words = ["text", "type", "value_type", "dag_id", "alias", "from", "until"] as const;
const sizes = ["min_size", "max_size"] as const;

/** What one word narrows the list to. */
export type Word = (typeof words)[number];

export type Bound = (typeof sizes)[number];

/** Words are empty where they narrow nothing; `from` and `until` are days of the user's time zone, both included. */
export interface Filters extends Record<Word, string>, Record<Bound, number | undefined> {
  readonly tags: readonly string[];
  readonly unnamed: boolean;
  readonly sort: Sort;
  readonly descending: boolean;
}

export const nothing: Filters = {
  text: "",
  type: "",
  value_type: "",
  dag_id: "",
  alias: "",
  from: "",
  until: "",
  min_size: undefined,
  max_size: undefined,
  tags: [],
  unnamed: false,
  sort: "updated",
  descending: true,
};

/** Reads the address; what it cannot read it leaves out. */
export const filtersOf = (params: URLSearchParams): Filters => {
  const said = params.get("sort") ?? "";
  const sort = sorts.find((word) => said === word || said === `-${word}`);
  const filters = {
    ...nothing,
    tags: [...new Set(params.getAll("tag"))].filter((tag) => tag !== ""),
    unnamed: params.get("unnamed") === "true",
    ...(sort !== undefined && { sort, descending: said.startsWith("-") }),
  };
  for (const word of words) {
    filters[word] = params.get(word) ?? "";
  }
  for (const day of ["from", "until"] as const) {
    filters[day] = Number.isNaN(Date.parse(filters[day])) ? "" : filters[day].slice(0, 10);
  }
  for (const bound of sizes) {
    const bytes = params.get(bound) ?? "";
    filters[bound] = /^\d{1,15}$/.test(bytes) ? Number(bytes) : undefined;
  }
  return filters;
};

/** Writes the address; what is as it is by default does not stand in it. */
export const paramsOf = (filters: Filters): URLSearchParams => {
  const params = new URLSearchParams();
  for (const word of words) {
    if (filters[word] !== "") {
      params.set(word, filters[word]);
    }
  }
  for (const bound of sizes) {
    if (filters[bound] !== undefined) {
      params.set(bound, String(filters[bound]));
    }
  }
  filters.tags.forEach((tag) => {
    params.append("tag", tag);
  });
  if (filters.unnamed) {
    params.set("unnamed", "true");
  }
  if (filters.sort !== nothing.sort || filters.descending !== nothing.descending) {
    params.set("sort", `${filters.descending ? "-" : ""}${filters.sort}`);
  }
  return params;
};

/** What to ask the API, in a time zone. */
export const queryOf = (filters: Filters, zone: string): Query => {
  const { from, until, unnamed, tags, sort, descending, min_size, max_size, ...others } = filters;
  return {
    ...Object.fromEntries(Object.entries(others).filter(([, word]) => word !== "")),
    ...(from !== "" && { after: midnight(from, zone, 0) }),
    ...(until !== "" && { before: midnight(until, zone, 1) }),
    ...(min_size !== undefined && { min_size }),
    ...(max_size !== undefined && { max_size }),
    ...(tags.length > 0 && { tag: [...tags] }),
    named: !unnamed,
    sort,
    descending,
  };
};

/** The same without anything that narrows it; order and the switch stay. */
export const cleared = ({ unnamed, sort, descending }: Filters): Filters => ({ ...nothing, unnamed, sort, descending });

/** Whether anything narrows the list. */
export const narrowed = (filters: Filters): boolean => paramsOf(filters).size > paramsOf(cleared(filters)).size;
