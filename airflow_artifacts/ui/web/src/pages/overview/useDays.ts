import { useSearchParams } from "react-router-dom";

export const spans = [7, 30, 90] as const;

type Span = (typeof spans)[number];

/** Over how many days the page looks, which its address says. */
export const useDays = (): readonly [Span, (days: Span) => void] => {
  const [params, setParams] = useSearchParams();
  const days = spans.find((span) => String(span) === params.get("days")) ?? 30;
  return [
    days,
    (next) => {
      setParams({ days: String(next) });
    },
  ];
};
