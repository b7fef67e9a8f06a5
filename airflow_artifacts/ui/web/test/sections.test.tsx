import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { Sections } from "src/components/Sections";
import { show } from "test/render";

describe("the sections of the page", () => {
  it.each([
    ["/plugin/artifacts", "Artifacts", "page"],
    ["/plugin/artifacts/", "Artifacts", "page"],
    ["/plugin/artifacts/version/v3", "Artifacts", "true"],
    ["/plugin/artifacts/overview", "Overview", "page"],
  ])("mark at %s that it is of %s", (at, label, current) => {
    show(<Sections />, at);
    expect(screen.getByRole("link", { name: label }).getAttribute("aria-current")).toBe(current);
    expect(screen.getAllByRole("link").filter((link) => link.hasAttribute("aria-current"))).toHaveLength(1);
  });
});
