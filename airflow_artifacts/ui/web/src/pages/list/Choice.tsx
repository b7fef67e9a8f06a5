import { Field, NativeSelect } from "@chakra-ui/react";

import type { WordCount } from "src/api/client";

interface Props {
  readonly label: string;
  readonly onChoose: (word: string) => void;
  readonly value: string;
  readonly words: readonly WordCount[];
}

/** One of the words that artifacts have, or any. */
export const Choice = ({ label, onChoose, value, words }: Props) => {
  const known = value === "" || words.some(({ word }) => word === value);
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field
          onChange={(event) => {
            onChoose(event.target.value);
          }}
          value={value}
        >
          <option value="">Any</option>
          {known ? null : <option value={value}>{value}</option>}
          {words.map(({ word, count }) => (
            <option key={word} value={word}>
              {word} ({count})
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
};
