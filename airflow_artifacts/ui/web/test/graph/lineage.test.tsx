import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { Route, Routes, useLocation } from "react-router-dom";
import { beforeEach, describe, expect, it } from "vitest";

import type { Edge, Graph } from "src/api/client";
import { LineagePage } from "src/pages/lineage/LineagePage";
import { taskRun, version } from "../pictures";
import { answering } from "../api";
import { expectAccessible, show } from "../render";
import { makeDrawable } from "./drawable";

const load = taskRun("load");
const fit = taskRun("fit", { dag_id: "models" });
const raw = version("raw", load);
const model = version("<b>model</b>", fit);

const edge = (source: string, target: string, name: string, kind: Edge["kind"]): Edge => ({
  source,
  target,
  name,
  kind,
});

const graph: Graph = {
  root: raw.id,
  nodes: [
    { id: model.id, kind: "version", version: model },
    { id: fit.id, kind: "task_run", task_run: fit },
    { id: raw.id, kind: "version", version: raw },
    { id: load.id, kind: "task_run", task_run: load },
    { id: "secret", kind: "version" },
  ],
  edges: [
    edge("secret", load.id, "source", "argument"),
    edge(load.id, raw.id, "output", "produced"),
    edge(raw.id, fit.id, "table", "argument"),
    edge(fit.id, model.id, "output", "produced"),
  ],
  truncated: true,
};

const radius = {
  versions: 1,
  artifacts: ["<b>model</b>"],
  dags: ["models"],
  task_runs: 1,
  aliases: ["production"],
  hidden: 2,
  truncated: false,
};

const Address = () => <output>{useLocation().search}</output>;

const open = async (search = "") => {
  const { asked } = answering({
    [`GET /api/versions/${raw.id}/lineage`]: graph,
    [`GET /api/versions/${raw.id}/blast-radius`]: radius,
  });
  show(
    <>
      <Routes>
        <Route element={<LineagePage />} path="lineage/:id" />
      </Routes>
      <Address />
    </>,
    `/lineage/${encodeURIComponent(raw.id)}${search}`,
  );
  await screen.findByRole("heading", { level: 1, name: "Lineage of raw@1" });
  return () => asked.filter(({ call }) => call.endsWith("/lineage")).map(({ search }) => search);
};

const vertex = (name: RegExp) => screen.getByRole("button", { name });

describe("the lineage page", () => {
  beforeEach(makeDrawable);

  it("has a button for each vertex, in the order of the tab key", async () => {
    await open();
    const names = [...document.querySelectorAll("[data-vertex]")].map((one) => one.getAttribute("data-vertex"));
    expect(names).toEqual(["secret", load.id, raw.id, fit.id, model.id]);
  });

  it("takes hostile names for text", async () => {
    await open();
    expect(vertex(/^<b>model<\/b>@1/)).toBeDefined();
  });

  it("asks as far as the address says, and tells the address what is chosen", async () => {
    const asked = await open("?depth=5&direction=upstream");
    expect(asked()).toEqual(["?depth=5&direction=upstream"]);
    await userEvent.click(screen.getByRole("button", { name: "Further" }));
    await waitFor(() => {
      expect(asked()).toHaveLength(2);
    });
    expect(asked().at(-1)).toContain("depth=6");
    expect(document.querySelector("output")?.textContent).toContain("depth=6");
  });

  it("holds a depth to what the API takes", async () => {
    const asked = await open("?depth=999");
    expect(asked()[0]).toContain("depth=20");
  });

  it("says that there is more, and how to see it", async () => {
    await open();
    expect(screen.getByRole("button", { name: "Show depth 4" })).toBeDefined();
  });

  it("follows the arrow keys along the links", async () => {
    await open();
    vertex(/^raw@1/).focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(document.activeElement?.textContent).toContain("fit");
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(document.activeElement?.textContent).toContain("load");
  });

  it("shows the details of a vertex on Enter, and gives the focus back on Escape", async () => {
    await open();
    vertex(/^fit/).focus();
    await userEvent.keyboard("{Enter}");
    const details = screen.getByRole("complementary", { name: "Task run models.fit" });
    expect(within(details).getByRole("link", { name: "models.fit" }).getAttribute("href")).toBe(
      "/dags/models/runs/monday/tasks/fit",
    );
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("complementary")).toBeNull();
    expect(document.activeElement?.textContent).toContain("fit");
  });

  it("makes one node of a DAG, and keeps that in the address", async () => {
    await open();
    await userEvent.click(within(screen.getByRole("group", { name: "DAGs" })).getByRole("button", { name: "models" }));
    expect(await screen.findByText("1 run · 1 task run · 1 version")).toBeDefined();
    expect(document.querySelector("output")?.textContent).toContain("collapsed=models");
  });

  it("is a list, too", async () => {
    await open("?view=text");
    const item = screen.getByText(/the root/);
    expect(item.textContent).toContain("from churn.load (made as output)");
  });

  it("says whom replacing the version would concern", async () => {
    await open();
    const panel = screen.getByRole("region", { name: "Blast radius" });
    await within(panel).findByText(/would concern 1 version and 1 task run downstream/);
    expect(within(panel).getByText("2 versions among them you may not see.")).toBeDefined();
    expect(within(panel).getByText("@production")).toBeDefined();
  });

  it("hinders nobody", async () => {
    await open();
    vertex(/^raw@1/).focus();
    await userEvent.keyboard("{Enter}");
    await expectAccessible(document.body);
  });
});
