import { describe, expect, it } from "vitest";

import { waysToRoot } from "src/graph/paths";
import { plain } from "../pictures";

const lit = (root: string | null, id: string, ...arrows: string[]) =>
  [...waysToRoot(plain(root, ...arrows), id).vertices].sort().join("");

describe("waysToRoot", () => {
  it("takes every way down to the root, and nothing beside", () => {
    expect(lit("r", "a", "a > b", "a > c", "b > r", "c > r", "a > x", "r > y")).toBe("abcr");
  });

  it("takes every way up to the root", () => {
    expect(lit("r", "z", "r > a", "a > z", "b > z")).toBe("arz");
  });

  it("takes all that a vertex comes from and leads to where there is no root", () => {
    expect(lit(null, "b", "a > b", "b > c", "x > c")).toBe("abc");
  });

  it("takes the links between what stands out", () => {
    expect([...waysToRoot(plain("r", "a > r", "b > r"), "a").links]).toEqual(["a > r"]);
  });

  it("leads through no later run that only returned it again", () => {
    const picture = plain("r", "r > again", "again > made", "r > fit", "fit > made");
    const links = picture.links.map((link) => (link.source === "again" ? { ...link, kind: "reused" as const } : link));
    expect([...waysToRoot({ ...picture, links }, "made").vertices].sort()).toEqual(["fit", "made", "r"]);
  });

  it("comes to an end in a circle", () => {
    expect(lit(null, "a", "a > b", "b > a")).toBe("ab");
  });
});
