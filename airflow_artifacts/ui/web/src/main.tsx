/** What Airflow loads: one component, which stands in the navigation and as a tab of DAGs, runs, tasks and instances. */

import { Place } from "src/Place";

Object.assign(globalThis, { Artifacts: Place });
