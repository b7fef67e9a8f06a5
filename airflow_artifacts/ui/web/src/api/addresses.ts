/** The addresses of what the browser itself gets from the API: downloads, and pages in a sandbox. */

import { apiBase } from "src/airflow";

const version = (id: string): string => `${apiBase()}/api/versions/${encodeURIComponent(id)}`;

export const fileAddress = (id: string, path: string): string =>
  `${version(id)}/files/${path.split("/").map(encodeURIComponent).join("/")}`;

/** A visualization that is HTML, by its place among those of its version. */
export const framedAddress = (id: string, number: number): string => `${version(id)}/preview/${number}`;
