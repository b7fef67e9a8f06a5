import { vi } from "vitest";

export interface Call {
  /** As `GET /api/artifacts`. */
  readonly call: string;
  readonly body: unknown;
  /** With its `?`; empty where nothing is asked for. */
  readonly search: string;
}

/** The answer, a whole response, or what makes either of the query; what throws is refused. */
type Answer = unknown;

const responded = async (answer: Answer, query: URLSearchParams, call: string): Promise<Response> => {
  try {
    const given: unknown = await (typeof answer === "function"
      ? (answer as (of: URLSearchParams) => unknown)(query)
      : answer);
    if (given instanceof Response) {
      return given.clone();
    }
    return given === undefined
      ? Response.json({ detail: `no answer to ${call}`, kind: "NotFound" }, { status: 404 })
      : Response.json(given);
  } catch (error) {
    return Response.json({ detail: String(error), kind: "Refused" }, { status: 409 });
  }
};

/** Answers in the API's place, by method and path. Tells what is asked, and what of it is called off. */
export const answering = (answers: Readonly<Record<string, Answer>>) => {
  const asked: Call[] = [];
  const aborted: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    const call = `${request.method} ${decodeURIComponent(pathname).replace(/^.*?\/api\//, "/api/")}`;
    const text = await request.text();
    const one = { body: text === "" ? undefined : (JSON.parse(text) as unknown), call, search };
    asked.push(one);
    request.signal.addEventListener("abort", () => aborted.push(one));
    return responded(answers[call], searchParams, call);
  });
  return { aborted, asked };
};
