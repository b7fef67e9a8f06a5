import { screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Preview } from "src/previews/Preview";
import { answering } from "test/api";
import { expectAccessible, show, withSizes } from "test/render";

const drawn = async (
  ...visualizations: readonly { readonly kind: string; readonly data: unknown; readonly title?: string }[]
) => {
  answering({
    "GET /api/versions/v/preview": { visualizations: visualizations.map((one) => ({ title: "A title", ...one })) },
  });
  const { container } = show(<Preview id="v" name="a@1" />);
  await screen.findAllByRole("heading", { level: 3 });
  return container;
};

/** Elements that load or run something, or lead somewhere. */
const active = (container: Element) => [...container.querySelectorAll("script, img, object, embed, a, form, iframe")];

beforeEach(() => {
  withSizes();
  // React says what a boundary caught.
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("Markdown", () => {
  it("keeps HTML as text", async () => {
    const container = await drawn({
      data: "<script>evil()</script>\n\n<img src=x onerror=evil()> <b>x</b>",
      kind: "markdown",
    });
    expect(active(container)).toEqual([]);
    expect(container.textContent).toContain("<img src=x onerror=evil()>");
  });

  it.each([
    "javascript:evil()",
    "JaVaScRiPt:evil()",
    "data:text/html,x",
    "vbscript:x",
    "/admin",
    "//evil.example",
    "&#106;avascript:evil()",
  ])("does not link to %s", async (address) => {
    const container = await drawn({ data: `[click](${address}) ![picture](${address})`, kind: "markdown" });
    expect(active(container)).toEqual([]);
  });

  it("opens links elsewhere, telling them nothing", async () => {
    await drawn({ data: "[click](https://example.org)", kind: "markdown" });
    const link = screen.getByRole("link", { name: "click" });
    expect(link.getAttribute("rel")).toBe("noopener noreferrer");
    expect(link.getAttribute("target")).toBe("_blank");
  });

  it("loads no picture, but links to it", async () => {
    const container = await drawn({ data: "![a chart](https://example.org/x.png)", kind: "markdown" });
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByRole("link", { name: "image: a chart" })).toBeDefined();
  });
});

describe("an image", () => {
  it("stands in an <img>, where an SVG runs nothing", async () => {
    const base64 = btoa("<svg xmlns='http://www.w3.org/2000/svg'><script>evil()</script></svg>");
    const container = await drawn({ data: { base64, media_type: "image/svg+xml" }, kind: "image" });
    expect(screen.getByRole("img", { name: "A title" }).getAttribute("src")).toBe(
      `data:image/svg+xml;base64,${base64}`,
    );
    expect(container.querySelector("svg")).toBeNull();
  });

  it("is refused where it is something else, and the others stand", async () => {
    await drawn({ data: { base64: "eA==", media_type: "text/html" }, kind: "image" }, { data: "stands", kind: "text" });
    expect(screen.getByText("what is stored as an image cannot be read as one")).toBeDefined();
    expect(screen.getByText("stands")).toBeDefined();
  });
});

describe("HTML", () => {
  it("stands in a frame that may do nothing", async () => {
    await drawn({ data: null, kind: "html" });
    const frame = screen.getByTitle("A title");
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.getAttribute("src")).toMatch(/\/artifacts\/api\/versions\/v\/preview\/0$/);
    expect(frame.hasAttribute("srcdoc")).toBe(false);
  });
});

describe("a table", () => {
  it("says how many rows there are of which it shows the first, and aligns numbers", async () => {
    const rows = Array.from({ length: 100 }, (_, row) => [row, `<b>${row}</b>`, null]);
    const data = { columns: ["n", "text", "none"], rows, total_rows: 5000, types: ["int64", "str", "null"] };
    const container = await drawn({ data, kind: "table" });
    expect(screen.getByText("The first 100 of 5,000 rows, 3 columns")).toBeDefined();
    expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("5001");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByText("<b>1</b>")).toBeDefined();
    expect(container.querySelector("b")).toBeNull();
    await expectAccessible(container);
  });
});

describe("other kinds", () => {
  it("show JSON that opens, and text that is none", async () => {
    await drawn({ data: '{"a": {"b": "<i>x</i>"}}', kind: "json" }, { data: "{oops", kind: "json" });
    expect(screen.getByText('"<i>x</i>"')).toBeDefined();
    expect(screen.getByText("{oops")).toBeDefined();
  });

  it("show what they do not know as data", async () => {
    await drawn({ data: { x: 1 }, kind: "hologram" });
    expect(screen.getByText(/This page is older than what wrote this/)).toBeDefined();
  });

  it("are accessible", async () => {
    const container = await drawn(
      {
        data: {
          max: 1,
          min: 0,
          shape: [4, 2],
          values: [
            [0, 1],
            [null, 0.5],
          ],
        },
        kind: "heatmap",
        title: "Weights",
      },
      { data: { counts: [1, 3], edges: [0, 1, 2] }, kind: "histogram" },
      { data: { labels: ["a", "b"], unit: "gain", values: [1, 2] }, kind: "bars" },
      { data: { alpha: 1, nested: { a: [1] } }, kind: "properties" },
      { data: "a,b\n1,2", kind: "csv" },
      { data: "# One\n\n## Two\n\n- [x] done", kind: "markdown" },
    );
    expect(screen.getByRole("img", { name: "Weights: heat map of 4 × 2 numbers from 0 to 1" })).toBeDefined();
    await expectAccessible(container);
  });
});
