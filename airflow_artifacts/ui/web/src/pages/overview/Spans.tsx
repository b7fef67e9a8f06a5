import { Button, ButtonGroup } from "@chakra-ui/react";

import { spans, useDays } from "src/pages/overview/useDays";

/** The choice of how many days the page looks over. */
export const Spans = () => {
  const [days, setDays] = useDays();
  return (
    <ButtonGroup aria-label="Days to look over" attached role="group" size="sm">
      {spans.map((span) => (
        <Button
          aria-pressed={span === days}
          colorPalette="brand"
          key={span}
          onClick={() => {
            setDays(span);
          }}
          variant={span === days ? "solid" : "outline"}
        >
          {span} days
        </Button>
      ))}
    </ButtonGroup>
  );
};
