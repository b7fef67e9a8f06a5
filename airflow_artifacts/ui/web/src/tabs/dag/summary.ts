import type { components } from "src/api/schema";

export type Plan = components["schemas"]["PlanAnswer"];
export type RunSummary = components["schemas"]["RunSummaryAnswer"];
