/** The API, typed by what it says of itself, and the names by which the page speaks of its answers. */

import createClient, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";
import { QueryClient } from "@tanstack/react-query";

import { apiBase } from "src/airflow";
import type { components, paths } from "src/api/schema";

type Schemas = components["schemas"];

export type AliasMove = Schemas["AliasMoveAnswer"];
export type Artifact = Schemas["ArtifactAnswer"];
export type ArtifactDetail = Schemas["ArtifactDetail"];
export type Change = Schemas["ChangeAnswer"];
export type Column = Schemas["ColumnAnswer"];
export type Day = Schemas["DayAnswer"];
export type DecidedRun = Schemas["DecidedRunAnswer"];
export type Decision = Schemas["DecisionAnswer"];
export type Diff = Schemas["DiffAnswer"];
export type Difference = Schemas["DifferenceAnswer"];
export type Edge = Schemas["EdgeAnswer"];
export type File = Schemas["FileAnswer"];
export type Graph = Schemas["GraphAnswer"];
export type LargeArtifact = Schemas["LargeArtifactAnswer"];
export type NamedVersion = Schemas["NamedVersion"];
export type Node = Schemas["NodeAnswer"];
export type Provenance = Schemas["ProvenanceAnswer"];
export type PreviewAnswer = Schemas["PreviewAnswer"];
export type Overview = Schemas["OverviewAnswer"];
export type SeriesOfKey = Schemas["SeriesOfKey"];
export type TaskRun = Schemas["TaskRunAnswer"];
export type TaskRunDetail = Schemas["TaskRunDetail"];
export type Version = Schemas["VersionAnswer"];
export type VersionDetail = Schemas["VersionDetail"];
export type WordCount = Schemas["WordCount"];
export type Visualization = Schemas["VisualizationAnswer"];

/** What the API says went wrong, and where the way out is. */
export class ApiFailure extends Error {
  /** Of HTTP; 0 where nothing answered. */
  readonly status: number;
  readonly kind: string | undefined;
  readonly setting: string | undefined;

  constructor(status: number, detail: string, kind?: string, setting?: string) {
    super(detail);
    this.name = "ApiFailure";
    this.status = status;
    this.kind = kind;
    this.setting = setting;
  }

  /** Whether asking again may help: of what was refused it does not. */
  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** Reads a refused answer, whoever gave it: this API, Airflow before it, or a proxy before both. */
  static async of(response: Response): Promise<ApiFailure> {
    const text = await response.text();
    try {
      const said = JSON.parse(text) as { detail?: unknown; kind?: string; setting?: string | null };
      const detail = typeof said.detail === "string" ? said.detail : JSON.stringify(said.detail ?? said);
      return new ApiFailure(response.status, detail, said.kind, said.setting ?? undefined);
    } catch {
      return new ApiFailure(response.status, text.slice(0, 500) || response.statusText);
    }
  }
}

const failing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) {
      throw await ApiFailure.of(response);
    }
  },
};

/** What the browser says of a server that it does not reach is of no help, and differs from browser to browser. */
const unreachable =
  "The API server is stopped or restarts, or the network between here and it is down. Nothing is lost: try again.";

// Looks fetch up anew for each request, as what watches a page's requests takes its place.
const reach = async (request: Request): Promise<Response> => {
  try {
    return await globalThis.fetch(request);
  } catch (error) {
    throw request.signal.aborted ? error : new ApiFailure(0, unreachable);
  }
};

/** Asks without the cache; for what changes something. */
export const api = createClient<paths>({
  baseUrl: apiBase(),
  fetch: reach,
});
api.use(failing);

/** Asks through the cache, as hooks: `queries.useQuery("get", "/api/artifact", …)`. */
export const queries = createQueries(api);

const mayPass = (error: Error): boolean => !(error instanceof ApiFailure) || error.mayPass;

/** Outside of all components, as Airflow mounts a plugin's component twice when it loads it. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => mayPass(error) && count < 2,
      refetchOnWindowFocus: false,
    },
  },
});
