import { describe, expect, it } from "vitest";

import { figure } from "src/components/figure";
import { isSpread, spreadText } from "src/components/Histogram";
import { ranked } from "src/previews/BarsPreview";
import { csvTable } from "src/previews/CsvPreview";
import { pixels } from "src/previews/HeatMapPreview";
import { colour } from "src/previews/palette";

describe("figure", () => {
  it.each([
    [1234567, "1,234,567"],
    [0.1 + 0.2, "0.3"],
    [-8.07e-16, "-8.070e-16"],
    [1e21, "1.000e+21"],
    [0, "0"],
  ])("shows %d as people read it", (value, shown) => {
    expect(figure(value)).toBe(shown);
  });
});

describe("a histogram", () => {
  it("says where most values lie", () => {
    expect(spreadText({ counts: [1, 8, 1], edges: [0, 0.5, 1, 1.5] })).toBe(
      "Histogram of 10 values from 0 to 1.5; most, 8, lie between 0.5 and 1",
    );
  });

  it.each([null, "x", {}, { counts: [1], edges: [1] }, { counts: [], edges: [1] }, { counts: ["1"], edges: [0, 1] }])(
    "is told from %j",
    (value) => {
      expect(isSpread(value)).toBe(false);
    },
  );
});

describe("a heat map", () => {
  it("takes its colours from the ends of the palette, and leaves out what is missing", () => {
    const found = [
      ...pixels({
        max: 3,
        min: 1,
        shape: [2, 2],
        values: [
          [1, 3],
          [null, 2],
        ],
      }),
    ];
    expect(found.slice(0, 4)).toEqual([68, 1, 84, 255]);
    expect(found.slice(4, 8)).toEqual([253, 231, 37, 255]);
    expect(found.slice(8, 12)).toEqual([0, 0, 0, 0]);
    expect(found.slice(12, 15)).toEqual([...colour(0.5)]);
  });

  it("of one value alone takes the middle", () => {
    expect([...pixels({ max: 2, min: 2, shape: [1, 1], values: [[2]] })].slice(0, 3)).toEqual([...colour(0.5)]);
  });

  it("keeps colours within the palette", () => {
    expect(colour(-1)).toEqual(colour(0));
    expect(colour(2)).toEqual(colour(1));
  });
});

describe("bars", () => {
  it("stand with the largest first", () => {
    expect(ranked({ labels: ["a", "b", "c"], unit: null, values: [1, -3, 2] }).map(({ label }) => label)).toEqual([
      "c",
      "a",
      "b",
    ]);
  });
});

describe("a CSV", () => {
  it("keeps quoted separators and what only looks like a number", () => {
    expect(csvTable('id,name\n1,"a, b"\n007,1e5\n12345678901234567890,x\n')).toEqual({
      columns: ["id", "name"],
      rows: [
        [1, "a, b"],
        ["007", "1e5"],
        ["12345678901234567890", "x"],
      ],
      total_rows: null,
      types: [],
    });
  });
});
