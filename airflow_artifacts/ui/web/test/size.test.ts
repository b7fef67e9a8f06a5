import { describe, expect, it } from "vitest";

import { size } from "src/components/Size";

describe("size", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [999_999, "1,000 kB"],
    [1_536_000, "1.54 MB"],
    [12_345_678_901, "12.3 GB"],
  ])("shows %d bytes as people read them", (bytes, shown) => {
    expect(size(bytes)).toBe(shown);
  });
});
