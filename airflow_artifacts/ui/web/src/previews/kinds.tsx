/** How each kind of visualization is drawn. */

import type { ReactNode } from "react";

import type { Visualization } from "src/api/client";
import { Code } from "src/components/Code";
import { BarsPreview } from "src/previews/BarsPreview";
import { CsvPreview } from "src/previews/CsvPreview";
import { HeatMapPreview } from "src/previews/HeatMapPreview";
import { HistogramPreview } from "src/previews/HistogramPreview";
import { HtmlPreview } from "src/previews/HtmlPreview";
import { ImagePreview } from "src/previews/ImagePreview";
import { JsonPreview } from "src/previews/JsonPreview";
import { MarkdownPreview } from "src/previews/MarkdownPreview";
import { PropertiesPreview } from "src/previews/PropertiesPreview";
import { asBars, asHeatMap, asProperties, asTable, asText } from "src/previews/shapes";
import { TablePreview } from "src/previews/TablePreview";

/** A visualization, with where it stands. */
export interface Drawn {
  readonly data: Visualization["data"];
  /** The UUID of the version. */
  readonly id: string;
  /** What screen readers call it. */
  readonly label: string;
  /** Its place among those of the version. */
  readonly number: number;
}

type Draw = (drawn: Drawn) => ReactNode;

export const kinds: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ["bars", ({ data, label }) => <BarsPreview bars={asBars(data)} label={label} />],
  ["csv", ({ data, label }) => <CsvPreview label={label} text={asText(data)} />],
  ["heatmap", ({ data, label }) => <HeatMapPreview label={label} map={asHeatMap(data)} />],
  ["histogram", ({ data, label }) => <HistogramPreview data={data} label={label} />],
  ["html", ({ id, label, number }) => <HtmlPreview id={id} label={label} number={number} />],
  ["image", ({ data, label }) => <ImagePreview data={data} label={label} />],
  ["json", ({ data, label }) => <JsonPreview data={data} label={label} />],
  ["markdown", ({ data }) => <MarkdownPreview text={asText(data)} />],
  ["properties", ({ data }) => <PropertiesPreview properties={asProperties(data)} />],
  ["table", ({ data, label }) => <TablePreview label={label} table={asTable(data)} />],
  ["text", ({ data, label }) => <Code label={label} language="text" text={asText(data)} />],
]);
