import { Field, NativeSelect } from "@chakra-ui/react";

interface Props {
  readonly chosen: number;
  readonly newest: number;
  readonly onChosen: (tryNumber: number) => void;
}

/** Which try of a task instance is shown; nothing to choose where there is one. */
export const TryChoice = ({ chosen, newest, onChosen }: Props) =>
  newest < 2 ? null : (
    <Field.Root orientation="horizontal" w="auto">
      <Field.Label>Try</Field.Label>
      <NativeSelect.Root size="xs" w="auto">
        <NativeSelect.Field
          onChange={({ target }) => {
            onChosen(Number(target.value));
          }}
          value={chosen}
        >
          {Array.from({ length: newest }, (_, before) => newest - before).map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
