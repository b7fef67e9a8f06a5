import { describe, expect, it } from "vitest";

import { ordered } from "src/graph/order";
import { linksOf } from "../pictures";

const order = (ids: string, ...arrows: string[]) =>
  ordered(
    Array.from(ids, (id) => ({ id })),
    linksOf(...arrows),
  )
    .map(({ id }) => id)
    .join("");

describe("ordered", () => {
  it("puts each vertex after all that it came from", () => {
    expect(order("dcba", "a > b", "a > c", "b > d", "c > d")).toBe("abcd");
  });

  it("keeps the given order where nothing decides", () => {
    expect(order("bac")).toBe("bac");
  });

  it("enters a circle at its first vertex, and loses none", () => {
    expect(order("xbca", "a > b", "b > c", "c > b")).toBe("xabc");
  });
});
