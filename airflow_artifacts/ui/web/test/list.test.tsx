import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { ListPage } from "src/pages/list/ListPage";
import { artifact } from "./answers";
import { answering } from "./api";
import { show } from "./render";

const names = Array.from({ length: 250 }, (_, at) => `raw/${String(at).padStart(3, "0")}`);

/** Pages of the names that fit, as the API gives them. */
const pages = (all: readonly string[], unnamed = 0) => ({
  "GET /api/artifacts": (query: URLSearchParams) => {
    const fit = all.filter((name) => name.includes(query.get("text") ?? ""));
    const [from, limit] = [Number(query.get("page") ?? 0), Number(query.get("limit"))];
    const more = query.get("named") === "false" ? unnamed : 0;
    return {
      artifacts: fit.slice(from, from + limit).map((name) => artifact({ name })),
      next: from + limit < fit.length ? String(from + limit) : null,
      total: fit.length + more,
      total_is_bound: false,
    };
  },
  "GET /api/facets": () => ({
    types: [{ word: "model", count: 3 }],
    value_types: [],
    tags: [{ word: "gold", count: 2 }],
    dags: [{ word: "churn", count: 1 }],
    aliases: [],
  }),
});

const heading = () => screen.getByRole("heading", { level: 1 }).textContent;

describe("the list", () => {
  it("says how many there are, draws those in sight, and asks for the next page before the end", async () => {
    const { asked } = answering(pages(names));
    show(<ListPage />);
    await screen.findByText("raw/000");
    expect(heading()).toBe("250 artifacts");
    expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("251");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByText("raw/001").closest("tr")?.getAttribute("aria-rowindex")).toBe("3");
    await waitFor(() => {
      expect(asked.some(({ search }) => search.includes("page=100"))).toBe(true);
    });
    expect(asked).toHaveLength(2);
  });

  it("asks once for what is typed, keeps it in the address without steps of history, and calls off what was asked", async () => {
    const { asked } = answering(pages(names));
    const where = show(<ListPage />, "/?sort=name");
    await screen.findByText("raw/000");
    await userEvent.type(screen.getByRole("searchbox"), "raw/24");
    expect(screen.getByText("raw/000")).toBeTruthy();
    await waitFor(() => {
      expect(heading()).toBe("10 artifacts");
    });
    expect(asked.filter(({ search }) => search.includes("text="))).toHaveLength(1);
    expect(where.at).toBe("/?text=raw%2F24&sort=name");
  });

  it("calls off a search that another one follows", async () => {
    const never = new Promise(() => undefined);
    const all = pages(names);
    const { aborted, asked } = answering({
      ...all,
      "GET /api/artifacts": (query: URLSearchParams) =>
        query.get("text") === "slow" ? never : all["GET /api/artifacts"](query),
    });
    show(<ListPage />);
    const box = await screen.findByRole("searchbox");
    fireEvent.change(box, { target: { value: "slow" } });
    await waitFor(() => {
      expect(asked.at(-1)?.search).toContain("text=slow");
    });
    fireEvent.change(box, { target: { value: "raw/249" } });
    await screen.findByText("raw/249");
    expect(aborted).toHaveLength(1);
    expect(aborted[0]?.search).toContain("text=slow");
  });

  it("puts each filter into the address as a step of history", async () => {
    const { asked } = answering(pages(names));
    const where = show(<ListPage />);
    await screen.findByText("raw/000");
    await userEvent.click(screen.getByRole("button", { name: "Filters" }));
    await userEvent.selectOptions(await screen.findByLabelText("Type"), await screen.findByText("model (3)"));
    await userEvent.type(screen.getByLabelText("Tag"), "gold{Enter}");
    await userEvent.type(screen.getByLabelText("Size from"), "2 kB{Enter}");
    expect(where.at).toBe("/?type=model&min_size=2000&tag=gold");
    await waitFor(() => {
      expect(asked.at(-1)?.search).toContain("type=model");
    });
    expect(screen.getByRole("button", { name: "Filters (3)" })).toBeTruthy();
    where.back();
    await waitFor(() => {
      expect(where.at).toBe("/?type=model&tag=gold");
    });
    await userEvent.click(screen.getByRole("button", { name: "Remove type: model" }));
    expect(where.at).toBe("/?tag=gold");
  });

  it("does not take what is not a size", async () => {
    answering(pages(names));
    const where = show(<ListPage />);
    await userEvent.click(screen.getByRole("button", { name: "Filters" }));
    await userEvent.type(screen.getByLabelText("Size from"), "much{Enter}");
    expect(screen.getByText("A size is written like 10 MB.")).toBeTruthy();
    expect(where.at).toBe("/");
  });

  it("orders by a column, and the other way round", async () => {
    answering(pages(names));
    const where = show(<ListPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Name" }));
    expect(where.at).toBe("/?sort=name");
    expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(where.at).toBe("/?sort=-name");
  });

  it("shows a hostile name as the text that it is", async () => {
    answering(pages(["<img src=x onerror=alert(1)>"]));
    show(<ListPage />);
    const link = await screen.findByText("<img src=x onerror=alert(1)>");
    expect(link.getAttribute("href")).toBe("/plugin/artifacts/artifact/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
    expect(document.querySelector("img")).toBeNull();
  });

  it("says that the server does not answer, and asks again when told to", async () => {
    let down = true;
    const all = pages(names);
    answering({
      ...all,
      "GET /api/artifacts": (query: URLSearchParams) =>
        down
          ? Response.json({ detail: "the store is out of reach" }, { status: 503 })
          : all["GET /api/artifacts"](query),
    });
    show(<ListPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("the store is out of reach");
    down = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("raw/000")).toBeTruthy();
  });

  it("tells a server that is not there from one that refuses", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    show(<ListPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("The API server does not answer");
  });

  it("says that a next page failed, does not ask for it by itself, and tries again when told to", async () => {
    let down = true;
    const all = pages(names);
    const { asked } = answering({
      ...all,
      "GET /api/artifacts": (query: URLSearchParams) => {
        if (down && query.has("page")) {
          throw new Error("the lineage database is out of reach");
        }
        return all["GET /api/artifacts"](query);
      },
    });
    show(<ListPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("out of reach");
    expect(screen.getByText("raw/000")).toBeTruthy();
    expect(asked).toHaveLength(2);
    down = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => {
      expect(screen.queryByRole("alert")).toBeNull();
    });
  });
});

describe("an empty list", () => {
  it("tells a newcomer what to write", async () => {
    answering(pages([]));
    show(<ListPage />);
    await screen.findByText("No artifacts yet");
    expect(screen.getByRole("region", { name: "Example" }).textContent).toContain("@task.artifact");
    expect(screen.getByRole("button", { name: "Copy the example" })).toBeTruthy();
  });

  it("offers unnamed outputs where there are only those", async () => {
    answering(pages([], 3));
    const where = show(<ListPage />);
    expect(await screen.findByText("3 outputs without a name are not shown.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Show unnamed outputs" }));
    expect(where.at).toBe("/?unnamed=true");
  });

  it("offers to clear the filters, and keeps the order", async () => {
    answering(pages(names));
    const where = show(<ListPage />, "/?text=nothing&tag=gold&sort=name");
    await screen.findByText("Nothing fits these filters");
    await userEvent.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(where.at).toBe("/?sort=name");
    expect(await screen.findByText("raw/000")).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("");
  });
});
