import { describe, expect, it } from "vitest";

import { parseExactly } from "src/api/exact";

describe("JSON with whole numbers that a double does not keep", () => {
  it.each([
    ["9007199254740993", 9007199254740993n],
    ["[-9223372036854775808]", [-9223372036854775808n]],
    ["9007199254740991", 9007199254740991],
    ["0.12345678901234567890", 0.12345678901234568],
    ["12345678901234567e-2", 123456789012345.67],
    ['{"12345678901234567890": "9007199254740993"}', { "12345678901234567890": "9007199254740993" }],
    ['"a \\" 9007199254740993"', 'a " 9007199254740993'],
  ])("gives %s without a change", (text, value) => {
    expect(parseExactly(text)).toEqual(value);
  });
});
