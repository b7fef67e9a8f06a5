import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router-dom";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { VersionDetail } from "src/api/client";
import { VersionPage } from "src/pages/version/VersionPage";
import { answering } from "test/api";
import { expectAccessible, show, withSizes } from "test/render";
import { detail, run, version } from "test/versions";

const opened = async (part: string, answered: VersionDetail = detail, more: Readonly<Record<string, unknown>> = {}) => {
  const { asked } = answering({
    "GET /api/versions/v3": answered,
    "GET /api/versions/v3/preview": { visualizations: [] },
    ...more,
  });
  const shown = show(
    <Routes>
      <Route element={<VersionPage />} path="/version/:id" />
    </Routes>,
    `/version/v3?part=${part}`,
  );
  await screen.findByRole("heading", { level: 1, name: /^models\/churn ?@3$/ });
  return { asked, container: shown.container, shown };
};

beforeEach(withSizes);
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the page of a version", () => {
  it.each(["preview", "statistics", "metadata", "files", "produced", "used", "load"])(
    "is accessible where its part %s is open",
    async (part) => {
      const { container } = await opened(part, detail, {
        "GET /api/versions/v3/consumers": { next: null, task_runs: [] },
      });
      expect(screen.getByRole("tab", { selected: true })).toBeDefined();
      await expectAccessible(container);
    },
    20_000,
  );

  it("says that bytes were deleted", async () => {
    await opened("preview", { ...detail, version: { ...version, bytes_deleted_at: "2026-11-25T20:40:00Z" } });
    expect(screen.getByText("The bytes of this version were deleted")).toBeDefined();
  });

  it("shows no action to those who may not edit", async () => {
    await opened("preview", { ...detail, may_edit: false });
    expect(screen.queryByRole("group", { name: "Change this version" })).toBeNull();
    expect(screen.getByText("gold")).toBeDefined();
  });

  it("keeps in the address which part is open", async () => {
    const { shown } = await opened("preview");
    await userEvent.click(screen.getByRole("tab", { name: "Statistics" }));
    expect(await screen.findByRole("heading", { name: "Schema and statistics" })).toBeDefined();
    expect(shown.at).toBe("/version/v3?part=statistics");
  });

  it("says in words how a column is spread, and its frequent values", async () => {
    await opened("statistics");
    const name = "age: Histogram of 4 values from 0 to 2; most, 3, lie between 1 and 2";
    expect(screen.getByRole("img", { name })).toBeDefined();
    expect(screen.getByText("1 more")).toBeDefined();
  });

  it("offers files for download, and shows the address of registered ones as text", async () => {
    await opened("files");
    const link = screen.getByRole("link", { name: "Download data/a b.parquet" });
    expect(link.getAttribute("href")).toMatch(/\/artifacts\/api\/versions\/v3\/files\/data\/a%20b\.parquet$/);
    expect(screen.getByText("registered: javascript:alert(1)").closest("a")).toBeNull();
  });

  it("names inputs that the user may not see without more", async () => {
    await opened("produced");
    const inputs = within(screen.getByRole("table", { name: "Inputs" }));
    expect(inputs.getByRole("link", { name: "raw@3" })).toBeDefined();
    expect(inputs.getByText("of a DAG that you may not see")).toBeDefined();
  });

  it("asks for further task runs that read it", async () => {
    const consumer = {
      decision: null,
      inputs: [{ kind: "argument", name: "model", reference: null, version }],
      outputs: [],
      task_run: run,
    };
    const { asked } = await opened("used", detail, {
      "GET /api/versions/v3/consumers": (query: URLSearchParams) =>
        query.has("page")
          ? { next: null, task_runs: [{ ...consumer, task_run: { ...run, id: "r2" } }] }
          : { next: "n2", task_runs: [consumer] },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
    await waitFor(() => {
      expect(asked.filter(({ call }) => call.endsWith("/consumers")).map(({ search }) => search)).toEqual([
        "",
        "?page=n2",
      ]);
    });
  });
});

describe("actions on a version", () => {
  const refused = () =>
    Response.json({ detail: "an alias must not be a number", kind: "InvalidNameError" }, { status: 422 });

  it("set a tag, say so, and ask anew", async () => {
    const { asked } = await opened("preview", detail, { "POST /api/versions/v3/tags": version });
    await userEvent.click(screen.getByRole("button", { name: "Add a tag" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByRole("textbox"), " silver{Enter}");
    expect(await screen.findByText("The tag silver is set.")).toBeDefined();
    expect(asked).toContainEqual({ body: { tag: "silver" }, call: "POST /api/versions/v3/tags", search: "" });
    await waitFor(() => {
      expect(asked.filter(({ call }) => call === "GET /api/versions/v3")).toHaveLength(2);
    });
  });

  it("show at the field what the API says against an alias", async () => {
    await opened("preview", detail, { "PUT /api/versions/v3/alias": refused() });
    await userEvent.click(screen.getByRole("button", { name: "Set an alias" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByRole("textbox"), "7{Enter}");
    expect(await dialog.findByText("an alias must not be a number")).toBeDefined();
    expect(dialog.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
    await expectAccessible(screen.getByRole("dialog"));
  });

  it("remove a tag and pin at once", async () => {
    const { asked } = await opened("preview", detail, {
      "DELETE /api/versions/v3/tags": version,
      "PUT /api/versions/v3/pin": version,
    });
    await userEvent.click(screen.getByRole("button", { name: "Remove the tag gold" }));
    await screen.findByText("The tag gold is removed.");
    await userEvent.click(screen.getByRole("button", { name: "Pin" }));
    await screen.findByText("It is kept until it is unpinned.");
    expect(asked).toContainEqual({ body: undefined, call: "DELETE /api/versions/v3/tags", search: "?tag=gold" });
    expect(asked).toContainEqual({ body: { pinned: true }, call: "PUT /api/versions/v3/pin", search: "" });
  });

  it("invalidate only once it is clear what that means", async () => {
    const { asked } = await opened("preview", detail, { "POST /api/versions/v3/invalidate": { entries: 1 } });
    await userEvent.click(screen.getByRole("button", { name: "Invalidate" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Invalidate models/churn@3?" }));
    expect(dialog.getByText(/the next one computes again/)).toBeDefined();
    expect(asked.some(({ call }) => call.startsWith("POST"))).toBe(false);
    await userEvent.click(dialog.getByRole("button", { name: "Invalidate" }));
    expect(await screen.findByText("No later run will reuse what computed it.")).toBeDefined();
  });
});
