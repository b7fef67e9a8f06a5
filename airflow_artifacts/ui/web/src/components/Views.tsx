import { Button, ButtonGroup } from "@chakra-ui/react";

interface Props<V extends string> {
  readonly label: string;
  readonly onView: (view: V) => void;
  readonly view: V;
  readonly views: readonly V[];
}

/** Buttons of which one is pressed: ways to see the same. */
export const Views = <V extends string>({ label, onView, view, views }: Props<V>) => (
  <ButtonGroup aria-label={label} attached role="group" size="xs" variant="outline">
    {views.map((one) => (
      <Button
        aria-pressed={one === view}
        key={one}
        onClick={() => {
          onView(one);
        }}
        variant={one === view ? "solid" : "outline"}
      >
        {one}
      </Button>
    ))}
  </ButtonGroup>
);
