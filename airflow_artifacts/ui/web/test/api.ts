type Answer = (query: URLSearchParams) => unknown;

let answers: Readonly<Record<string, Answer>> = {};
let asked: string[] = [];
let aborted: string[] = [];

/** Stands in place of the network, which the client takes hold of when it is imported. */
export const answer = async (request: Request): Promise<Response> => {
  const url = new URL(request.url);
  const path = url.pathname.slice(url.pathname.indexOf("/api/"));
  const [of, off] = [asked, aborted];
  of.push(path + url.search);
  request.signal.addEventListener("abort", () => off.push(path + url.search));
  try {
    const given: unknown = await answers[path]?.(url.searchParams);
    return given === undefined
      ? Response.json({ detail: "no such thing", kind: "NotFound" }, { status: 404 })
      : Response.json(given);
  } catch (error) {
    return Response.json({ detail: String(error), kind: "Refused" }, { status: 409 });
  }
};

/** Answers in the API's place, by path; what throws is refused. Tells what is asked, as `path?query`, and called off. */
export const answering = (given: Readonly<Record<string, Answer>>) => {
  answers = given;
  asked = [];
  aborted = [];
  return { asked, aborted };
};
