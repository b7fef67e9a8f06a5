import { chakra } from "@chakra-ui/react";

import { figure } from "src/components/figure";

/** How numbers are spread: n + 1 edges of n bins, and how many lie in each. */
export interface Spread {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const numbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");

/** Tells a histogram from all else that may stand in its place. */
export const isSpread = (value: unknown): value is Spread => {
  const { edges, counts } = (value ?? {}) as Partial<Record<keyof Spread, unknown>>;
  return numbers(edges) && numbers(counts) && counts.length > 0 && edges.length === counts.length + 1;
};

/** What a histogram shows, in words. */
export const spreadText = ({ edges, counts }: Spread): string => {
  const at = (edge: number): string => figure(edges[edge] ?? NaN);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  const fullest = counts.indexOf(most);
  return (
    `Histogram of ${figure(total)} values from ${at(0)} to ${at(edges.length - 1)}; ` +
    `most, ${figure(most)}, lie between ${at(fullest)} and ${at(fullest + 1)}`
  );
};

/** The least and the greatest edge. */
export const span = ({ edges }: Spread): readonly [number, number] => [edges[0] ?? 0, edges.at(-1) ?? 1];

interface Props {
  readonly height?: number;
  /** Said before what it shows. */
  readonly label?: string;
  /** From where to where it is drawn, for two that are compared; of itself it is all that it spans. */
  readonly range?: readonly [number, number];
  readonly spread: Spread;
  readonly width?: number | string;
}

/** A small histogram, in words for those who do not see it. */
export const Histogram = ({ height = 32, label, range, spread, width = 120 }: Props) => {
  const { counts, edges } = spread;
  const [first, last] = range ?? span(spread);
  const most = Math.max(...counts, 1);
  const across = (edge: number): number => (100 * (edge - first)) / (last - first || 1);
  const text = label === undefined ? spreadText(spread) : `${label}: ${spreadText(spread)}`;
  return (
    <chakra.svg
      aria-label={text}
      color="fg.info"
      display="block"
      height={`${height}px`}
      maxW="full"
      preserveAspectRatio="none"
      role="img"
      viewBox="0 0 100 100"
      width={typeof width === "number" ? `${width}px` : width}
    >
      <title>{text}</title>
      {counts.map((count, bin) => {
        const [left, right] = [across(edges[bin] ?? 0), across(edges[bin + 1] ?? 0)];
        // What is there stays visible, however little it is.
        const tall = count === 0 ? 0 : Math.max((100 * count) / most, 2);
        return (
          <rect
            fill="currentColor"
            height={tall}
            key={edges[bin]}
            stroke="var(--chakra-colors-bg)"
            strokeWidth={0.6}
            width={right - left}
            x={left}
            y={100 - tall}
          />
        );
      })}
    </chakra.svg>
  );
};
