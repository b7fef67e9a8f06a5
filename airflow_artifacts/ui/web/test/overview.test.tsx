import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { age } from "src/components/Age";
import { OverviewPage } from "src/pages/overview/OverviewPage";
import { percent, summed, times } from "src/pages/overview/sums";
import { answering } from "./api";
import { show } from "./render";

vi.mock("react-chartjs-2", () => ({ Bar: () => <canvas /> }));

const day = (at: number) => ({ day: `2026-11-0${at}`, hits: 3, misses: 1, uncached: 2, seconds_saved: 30.06 });

const answers = {
  "GET /api/overview": (query: URLSearchParams) => ({
    artifacts: 12,
    versions: 1234,
    bytes_named: 3_000_000,
    bytes_stored: 2_000_000,
    bytes_registered: 0,
    days: [1, 2].map(day),
    largest: [{ name: "raw/events", bytes: 1_500_000, versions: Number(query.get("days")) }],
    as_of: "2026-11-25T10:00:00Z",
  }),
  "GET /api/reclaimable": () => ({
    versions: 1,
    objects: 2,
    bytes: 3000,
    waiting_bytes: 0,
    as_of: "2026-11-25T10:00:00Z",
  }),
  "GET /api/about": () => ({
    release: "1.0",
    store: "s3://bucket/store",
    database: "sqlite:////lineage.db",
    embedded: true,
    user: "ada",
    may_edit_others: false,
  }),
};

describe("sums", () => {
  it("add up days, and divide by nothing without nonsense", () => {
    expect(summed([day(1), day(2)])).toEqual({ hits: 6, misses: 2, uncached: 4, seconds: 60.12 });
    expect(percent(6, 8)).toBe("75.0 %");
    expect(times(3, 2)).toBe("1.5×");
    expect([percent(0, 0), times(1, 0)]).toEqual(["–", "–"]);
  });
});

describe("an age", () => {
  it.each([
    [5, "just now"],
    [61, "1 min. ago"],
    [7199, "1 hr. ago"],
    [86_400 * 3, "3 days ago"],
    [86_400 * 800, "2 yr. ago"],
    [-5, "just now"],
  ])("of %d seconds", (seconds, said) => {
    const now = Date.parse("2026-11-25T10:00:00Z");
    expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(said);
  });
});

describe("the overview", () => {
  it("gives each number with what it means", async () => {
    answering(answers);
    show(<OverviewPage />);
    expect(await screen.findByText("75 %")).toBeTruthy();
    expect(screen.getByText("1,234")).toBeTruthy();
    expect(screen.getByText("1.5×")).toBeTruthy();
    expect(screen.getByText("00:01:00.120")).toBeTruthy();
    expect(screen.getByText(/in the last 2 days had taken to compute/)).toBeTruthy();
    expect(await screen.findByText("s3://bucket/store")).toBeTruthy();
    expect(await screen.findByRole("button", { name: "Copy the command" })).toBeTruthy();
  });

  it("keeps in the address over how many days it looks", async () => {
    const { asked } = answering(answers);
    const where = show(<OverviewPage />, "/?days=7");
    const chosen = await screen.findByRole("button", { name: "7 days" });
    expect(chosen.getAttribute("aria-pressed")).toBe("true");
    await userEvent.click(screen.getByRole("button", { name: "90 days" }));
    expect(where.at).toBe("/?days=90");
    expect(asked.filter(({ call }) => call === "GET /api/overview").map(({ search }) => search)).toEqual([
      "?days=7",
      "?days=90",
    ]);
  });

  it("lets a part fail alone", async () => {
    answering({ ...answers, "GET /api/reclaimable": () => Promise.reject(new Error("the store is out of reach")) });
    show(<OverviewPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("out of reach");
    expect(await screen.findByText("75 %")).toBeTruthy();
  });
});
