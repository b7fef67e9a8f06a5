import { Field, Input } from "@chakra-ui/react";

interface Props {
  readonly day: string;
  readonly label: string;
  readonly onChoose: (day: string) => void;
}

/** A day of the user's time zone. */
export const DayField = ({ day, label, onChoose }: Props) => (
  <Field.Root>
    <Field.Label>{label}</Field.Label>
    <Input
      onChange={(event) => {
        onChoose(event.target.value);
      }}
      size="sm"
      type="date"
      value={day}
    />
  </Field.Root>
);
