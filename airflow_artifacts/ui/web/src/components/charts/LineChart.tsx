import { Box } from "@chakra-ui/react";
import {
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineElement,
  PointElement,
  type PointStyle,
  Tooltip,
} from "chart.js";
import { Line } from "react-chartjs-2";

import { useChartOptions } from "src/components/charts/useChartOptions";
import { useColours } from "src/components/useColours";

Chart.register(CategoryScale, Legend, LinearScale, LineElement, PointElement, Tooltip);

const tokens = ["blue.fg", "orange.fg", "green.fg", "purple.fg", "red.fg", "teal.fg"] as const;

// Lines are told apart by more than their colour.
const marks: readonly PointStyle[] = ["circle", "triangle", "rect", "rectRot", "star", "crossRot"];

interface LineOfValues {
  readonly label: string;
  /** One per label of the x axis; null where there is none. */
  readonly values: readonly (number | null)[];
}

interface Props {
  /** What screen readers call it; the values stand in a table beside it. */
  readonly label: string;
  readonly labels: readonly string[];
  readonly lines: readonly LineOfValues[];
  /** What happens when a place of the x axis is clicked. */
  readonly onPick: (at: number) => void;
}

/** Lines over the same places of the x axis. */
export const LineChart = ({ label, labels, lines, onPick }: Props) => {
  const options = useChartOptions();
  const colours = useColours(tokens);
  const datasets = lines.map((line, at) => {
    const colour = colours[tokens[at % tokens.length] ?? tokens[0]];
    return {
      backgroundColor: colour,
      borderColor: colour,
      data: [...line.values],
      label: line.label,
      pointHoverRadius: 7,
      pointRadius: 4,
      pointStyle: marks[at % marks.length] ?? "circle",
      spanGaps: true,
    };
  });
  return (
    <Box h="16rem" position="relative">
      <Line
        aria-label={label}
        data={{ datasets, labels: [...labels] }}
        options={{
          ...options,
          plugins: { ...options.plugins, legend: { ...options.plugins.legend, display: lines.length > 1 } },
          onClick: (_, [found]) => {
            if (found) {
              onPick(found.index);
            }
          },
        }}
      />
    </Box>
  );
};
