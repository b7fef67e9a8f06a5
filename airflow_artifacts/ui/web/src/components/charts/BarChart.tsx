import { Box } from "@chakra-ui/react";
import { BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip, type TooltipItem } from "chart.js";
import { Bar } from "react-chartjs-2";

import { useChartOptions } from "src/components/charts/useChartOptions";
import { useColours } from "src/components/useColours";

Chart.register(BarElement, CategoryScale, Legend, LinearScale, Tooltip);

const tokens = ["green.solid", "orange.solid", "border.emphasized", "blue.fg"] as const;

interface BarsOfValues {
  readonly colour: (typeof tokens)[number];
  readonly label: string;
  readonly values: readonly number[];
}

interface Props {
  readonly bars: readonly BarsOfValues[];
  /** What screen readers call it; the values stand in a table beside it. */
  readonly label: string;
  readonly labels: readonly string[];
  /** How a value is written, at the axis and in the tooltip. */
  readonly shown: (value: number) => string;
}

/** Bars over the same places of the x axis, one kind upon another. */
export const BarChart = ({ bars, label, labels, shown }: Props) => {
  const options = useChartOptions();
  const colours = useColours(tokens);
  const { x, y } = options.scales;
  const datasets = bars.map((bar) => ({
    backgroundColor: colours[bar.colour],
    // Parts the kinds where their colours are alike.
    borderColor: options.plugins.tooltip.backgroundColor,
    borderWidth: { top: 1 },
    data: [...bar.values],
    label: bar.label,
    maxBarThickness: 40,
    pointStyle: "rect" as const,
  }));
  const said = ({ dataset, parsed }: TooltipItem<"bar">) => `${dataset.label ?? ""}: ${shown(parsed.y ?? 0)}`;
  return (
    <Box h="14rem" position="relative">
      <Bar
        aria-label={label}
        data={{ datasets, labels: [...labels] }}
        options={{
          ...options,
          plugins: {
            legend: { ...options.plugins.legend, display: bars.length > 1 },
            tooltip: { ...options.plugins.tooltip, callbacks: { label: said } },
          },
          scales: {
            x: { ...x, grid: { display: false }, stacked: true },
            y: {
              ...y,
              beginAtZero: true,
              stacked: true,
              ticks: { ...y.ticks, callback: (value) => shown(Number(value)), precision: 0 },
            },
          },
        }}
      />
    </Box>
  );
};
