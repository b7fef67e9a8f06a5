import { describe, expect, it } from "vitest";

import { argument, python, shell } from "src/pages/version/literals";

describe("python", () => {
  it.each([
    ["models/churn@3", '"models/churn@3"'],
    ['a"); import os; os.system("x', '"a\\"); import os; os.system(\\"x"'],
    ["back\\slash", '"back\\\\slash"'],
    ["line\nbreak", '"line\\u000abreak"'],
    ["right\u202eto left", '"right\\u202eto left"'],
    ["größe 模型", '"größe 模型"'],
    ["tag \u{e0041}", '"tag \\U000e0041"'],
  ])("writes %j as a literal", (text, literal) => {
    expect(python(text)).toBe(literal);
  });
});

describe("shell", () => {
  it.each([
    ["models/churn@3", "models/churn@3"],
    ["a b@1", "'a b@1'"],
    ["$(rm -rf ~)@1", "'$(rm -rf ~)@1'"],
    ["it's; ls", "'it'\\''s; ls'"],
    ["`x`\n'y'", "$'`x`\\u000a\\'y\\''"],
    ["", "''"],
  ])("writes %j as one word", (text, word) => {
    expect(shell(text)).toBe(word);
  });

  it("lets no name be taken for an option", () => {
    expect(argument("-x@1")).toBe("-- -x@1");
    expect(argument("x@1")).toBe("x@1");
  });
});
