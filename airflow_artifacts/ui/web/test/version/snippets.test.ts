import { describe, expect, it } from "vitest";

import { annotation, snippets } from "src/pages/version/snippets";
import { version } from "test/versions";

const text = (of: typeof version) => snippets(of).map((snippet) => snippet.text);

describe("snippets", () => {
  it("name the version and import its type", () => {
    const [task, hook, client, shell] = text(version);
    expect(task).toContain('use(Artifact("models/churn@3"))');
    expect(task).toContain("from sklearn.linear_model import LogisticRegression");
    expect(hook).toContain('ArtifactHook().load("models/churn@3", LogisticRegression)');
    expect(client).toContain('client.load("models/churn@3", LogisticRegression)');
    expect(shell).toContain("airflow-artifacts show models/churn@3");
  });

  it("declare an unnamed artifact by the version's UUID", () => {
    expect(text({ ...version, artifact: "churn::fit::output" })[0]).toContain('Artifact("v3")');
  });

  it("keep a hostile name within its literal", () => {
    const [task, , , shell] = text({ ...version, artifact: '"); evil("$(x)' });
    expect(task).toContain('Artifact("\\"); evil(\\"$(x)@3")');
    expect(shell).toContain("'\"); evil(\"$(x)@3'");
  });

  it.each(["generator", "x; import os", "a.b.<locals>.C", ""])("annotate nothing by the type %j", (type) => {
    expect(annotation(type)).toBeUndefined();
  });
});
