import { describe, expect, it } from "vitest";

import { collapse, crowded, dagsOf } from "src/graph/collapse";
import { acrossDags } from "../pictures";

describe("collapse", () => {
  it("makes one vertex of a DAG, with counts", () => {
    const { vertices } = collapse(acrossDags, new Set(["models"]));
    expect(vertices.at(-1)).toMatchObject({ kind: "dag", dag: "models", runs: 1, taskRuns: 1, versions: 1 });
    expect(vertices).toHaveLength(4);
  });

  it("lets links lead to the DAG, and drops those within it", () => {
    const { links } = collapse(acrossDags, new Set(["models"]));
    expect(links.map(({ source, target }) => `${source} > ${target}`)).toEqual([
      "secret > run of load",
      "run of load > raw id",
      "raw id > dag models",
    ]);
  });

  it("marks the DAG in which the root went", () => {
    expect(collapse(acrossDags, new Set(["churn"])).root).toBe("dag churn");
  });

  it("keeps the very picture where nothing is collapsed, so that nothing is laid out anew", () => {
    expect(collapse(acrossDags, new Set(["other"]))).toBe(acrossDags);
  });

  it("may collapse all DAGs that there are", () => {
    const { links } = collapse(acrossDags, new Set(dagsOf(acrossDags)));
    expect(links.map(({ source, target }) => `${source} > ${target}`)).toEqual([
      "secret > dag churn",
      "dag churn > dag models",
    ]);
  });
});

describe("crowded", () => {
  it("names the DAGs but the root's where there is too much", () => {
    expect([...crowded(acrossDags, 4)]).toEqual(["models"]);
  });

  it("names none where all has room", () => {
    expect([...crowded(acrossDags, 5)]).toEqual([]);
  });
});
