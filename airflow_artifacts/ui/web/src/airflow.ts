/** What Airflow's page gives to this one. */

/** What Airflow passes to the component of a tab; in the navigation there is nothing to pass. */
export interface PlaceProps {
  readonly dagId?: string;
  readonly runId?: string;
  readonly taskId?: string;
  readonly mapIndex?: string;
}

/** The address under which Airflow's page stands, which may be behind a proxy's prefix; ends with a slash. */
export const base = (): string => new URL(".", document.baseURI).href;

/** Where the API is mounted. */
export const apiBase = (): string => new URL("artifacts", base()).href;
