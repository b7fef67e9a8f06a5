import { useColours } from "src/components/useColours";

const tokens = ["fg", "fg.muted", "border", "bg"] as const;

/** What charts have in common: the theme's colours, no motion, and one tooltip for all that stands above a place. */
export const useChartOptions = () => {
  const colour = useColours(tokens);
  const scale = {
    border: { color: colour.border },
    grid: { color: colour.border },
    ticks: { color: colour["fg.muted"] },
  };
  return {
    animation: false,
    interaction: { intersect: false, mode: "index" },
    maintainAspectRatio: false,
    plugins: {
      legend: { labels: { boxHeight: 8, boxWidth: 8, color: colour.fg, usePointStyle: true } },
      tooltip: {
        backgroundColor: colour.bg,
        bodyColor: colour.fg,
        borderColor: colour.border,
        borderWidth: 1,
        titleColor: colour.fg,
        usePointStyle: true,
      },
    },
    scales: { x: scale, y: scale },
  } as const;
};
