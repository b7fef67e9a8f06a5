import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router-dom";
import { describe, expect, it, vi } from "vitest";

import { ArtifactPage } from "src/pages/artifact/ArtifactPage";
import { byAge, toggled } from "src/pages/artifact/pair";
import { stepsOf } from "src/pages/artifact/steps";
import { artifactPage } from "src/links";
import { artifact, version } from "./answers";
import { answering } from "./api";
import { show } from "./render";

interface Drawn {
  readonly data: {
    readonly labels: string[];
    readonly datasets: { readonly label: string; readonly data: unknown[] }[];
  };
}

const drawn: Drawn["data"][] = [];

// jsdom has no canvas: what would be drawn on it is kept.
vi.mock("react-chartjs-2", () => ({
  Line: ({ data }: Drawn) => {
    drawn.push(data);
    return <canvas />;
  },
}));

const versions = [3, 2, 1].map((number) =>
  version({ id: `v${number}`, version: String(number), created_at: `2026-11-2${number}T10:00:00Z` }),
);

const series = [
  {
    key: "accuracy",
    points: [2, 3].map((n) => ({ id: `v${n}`, version: String(n), at: `2026-11-2${n}T10:00:00Z`, value: n / 4 })),
  },
  { key: "__proto__", points: [{ id: "v1", version: "1", at: "2026-11-21T10:00:00Z", value: 7 }] },
];

const answers = {
  "GET /api/artifact": (query: URLSearchParams) => ({
    artifact: artifact({ name: query.get("name") ?? "", versions: 3, aliases: { production: "2" } }),
    alias_ids: { production: "v2" },
    alias_moves: [{ alias: "production", version: "2", id: "v2", at: "2026-11-23T10:00:00Z" }],
    may_edit: false,
  }),
  "GET /api/artifact/versions": () => ({ versions, next: null }),
  "GET /api/artifact/series": () => ({ keys: series }),
};

const page = (name: string) =>
  show(
    <Routes>
      <Route element={<ArtifactPage />} path="/plugin/artifacts/artifact/*" />
    </Routes>,
    artifactPage(name),
  );

describe("a pair of versions", () => {
  const [third, second, first] = versions as [(typeof versions)[0], (typeof versions)[0], (typeof versions)[0]];

  it("has the older one first, however they were picked", () => {
    expect(byAge([third, first])).toEqual([first, third]);
    expect(byAge([first, third])).toEqual([first, third]);
    expect(byAge([first])).toBeUndefined();
  });

  it("puts back what is picked again, and lets a third take the place of the first", () => {
    expect(toggled([first], first)).toEqual([]);
    expect(toggled([first, second], third)).toEqual([second, third]);
  });
});

describe("the steps of series", () => {
  it("are the versions that any of them has, oldest first", () => {
    expect(stepsOf(series).map(({ version, values }) => [version, ...values])).toEqual([
      ["1", ["__proto__", 7]],
      ["2", ["accuracy", 0.5]],
      ["3", ["accuracy", 0.75]],
    ]);
  });
});

describe("the page of an artifact", () => {
  it.each(["models/churn", "dag::task::output::3", "100% <b>?#&+ ü"])(
    "asks for the name in its address: %s",
    async (name) => {
      const { asked } = answering(answers);
      page(name);
      expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe(name);
      expect(document.title).toBe(`${name} - Artifacts`);
      expect(new URLSearchParams(asked[0]?.search).get("name")).toBe(name);
    },
  );

  it("leads to the comparison of two picked versions", async () => {
    answering(answers);
    page("models/churn");
    await userEvent.click(await screen.findByLabelText("Pick @3 to compare"));
    expect(screen.getByText("@3 is picked: pick another to compare")).toBeTruthy();
    await userEvent.click(screen.getByLabelText("Pick @1 to compare"));
    const link = screen.getByText("Compare @1 with @3");
    expect(link.getAttribute("href")).toBe("/plugin/artifacts/compare?before=v1&now=v3");
  });

  it("draws the chosen metadata, with gaps where a version has none", async () => {
    answering(answers);
    page("models/churn");
    await userEvent.click(await screen.findByLabelText("__proto__"));
    await waitFor(() => {
      expect(drawn.at(-1)?.labels).toEqual(["@1", "@2", "@3"]);
    });
    expect(drawn.at(-1)?.datasets.map(({ label, data }) => [label, data])).toEqual([
      ["accuracy", [null, 0.5, 0.75]],
      ["__proto__", [7, null, null]],
    ]);
  });

  it("says so where there is no such artifact", async () => {
    answering({});
    page("models/none");
    expect((await screen.findByRole("alert")).textContent).toContain("There is no such thing");
  });
});
