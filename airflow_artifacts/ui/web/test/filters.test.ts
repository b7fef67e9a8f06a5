import { describe, expect, it } from "vitest";

import { chipsOf } from "src/pages/list/Chips";
import { cleared, filtersOf, narrowed, nothing, paramsOf, queryOf } from "src/pages/list/filters";
import { midnight } from "src/pages/list/midnight";
import { bytesOf } from "src/pages/list/SizeField";

const read = (query: string) => filtersOf(new URLSearchParams(query));

describe("the address of the list", () => {
  it.each([
    "",
    "text=models%2F%25&tag=gold&tag=a%26b&unnamed=true&sort=name",
    "type=model&value_type=dict&dag_id=a%3Ab&alias=prod&from=2026-11-01&until=2026-11-25&min_size=1&max_size=1000&sort=-size",
  ])("says the same after it was read: %s", (query) => {
    expect(paramsOf(read(paramsOf(read(query)).toString())).toString()).toBe(paramsOf(read(query)).toString());
    expect([...paramsOf(read(query))].sort()).toEqual([...new URLSearchParams(query)].sort());
  });

  it.each(["sort=nonsense", "min_size=-1", "min_size=ten", "from=yesterday", "tag=", "unnamed=perhaps", "other=1"])(
    "leaves out what it cannot read: %s",
    (query) => {
      expect(read(query)).toEqual(nothing);
    },
  );

  it("narrows nothing by order and switch", () => {
    expect(narrowed(read("sort=name&unnamed=true"))).toBe(false);
    expect(narrowed(read("text=a"))).toBe(true);
    expect(cleared(read("text=a&tag=b&sort=name&unnamed=true"))).toEqual(read("sort=name&unnamed=true"));
  });

  it("asks the API for what it says", () => {
    expect(queryOf(nothing, "UTC")).toEqual({ named: true, sort: "updated", descending: true });
    expect(queryOf(read("text=a&tag=b&tag=c&unnamed=true&until=2026-11-25&max_size=9&sort=name"), "UTC")).toEqual({
      text: "a",
      tag: ["b", "c"],
      before: "2026-11-26T00:00:00.000Z",
      max_size: 9,
      named: false,
      sort: "name",
      descending: false,
    });
  });

  it("names each filter by itself, and what is left without it", () => {
    const filters = read("tag=a&tag=b&dag_id=churn&min_size=2000");
    expect(chipsOf(filters).map(({ label }) => label)).toEqual(["DAG: churn", "size from: 2 kB", "tag: a", "tag: b"]);
    expect(chipsOf(filters).map(({ without }) => without)).toEqual([
      { dag_id: "" },
      { min_size: undefined },
      { tags: ["b"] },
      { tags: ["a"] },
    ]);
  });
});

describe("midnight", () => {
  it.each([
    ["2026-11-25", "UTC", 0, "2026-11-25T00:00:00.000Z"],
    ["2026-11-25", "Europe/Berlin", 0, "2026-11-24T23:00:00.000Z"],
    ["2026-12-31", "Asia/Kolkata", 1, "2026-12-31T18:30:00.000Z"],
    // On these days the clocks change.
    ["2026-03-29", "Europe/Berlin", 0, "2026-03-28T23:00:00.000Z"],
    ["2026-03-29", "Europe/Berlin", 1, "2026-03-29T22:00:00.000Z"],
    ["2026-11-01", "America/New_York", 1, "2026-11-02T05:00:00.000Z"],
  ])("of %s in %s, %d days later", (day, zone, later, iso) => {
    expect(midnight(day, zone, later)).toBe(iso);
  });
});

describe("a size as people write it", () => {
  it.each([
    ["10", 10],
    ["1.5 MB", 1_500_000],
    ["2g", 2_000_000_000],
    [" 3 kB ", 3000],
    ["", null],
    ["big", null],
    ["-1", null],
  ])("reads %j", (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });
});
