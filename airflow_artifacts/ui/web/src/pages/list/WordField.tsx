import { Field, Input } from "@chakra-ui/react";
import { type ChangeEvent, type KeyboardEvent, useId, useState } from "react";

import type { WordCount } from "src/api/client";

interface Props {
  readonly label: string;
  readonly onChoose: (word: string) => void;
  readonly placeholder: string;
  readonly value: string;
  readonly words: readonly WordCount[];
}

/** A word that artifacts have: one of the most frequent, which are offered, or any other that is typed. */
export const WordField = ({ label, onChoose, placeholder, value, words }: Props) => {
  const id = useId();
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    setDraft(value);
  }
  const choose = (word: string) => {
    setDraft(value);
    if (word !== value) {
      onChoose(word);
    }
  };
  const changed = (event: ChangeEvent<HTMLInputElement>) => {
    // A word that was picked arrives at once, not letter by letter.
    const picked =
      !(event.nativeEvent instanceof InputEvent) || event.nativeEvent.inputType === "insertReplacementText";
    if (picked) {
      choose(event.target.value);
    } else {
      setDraft(event.target.value);
    }
  };
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      <Input
        list={id}
        onBlur={() => {
          choose(draft.trim());
        }}
        onChange={changed}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === "Enter") {
            choose(draft.trim());
          }
        }}
        placeholder={placeholder}
        size="sm"
        value={draft}
      />
      <datalist id={id}>
        {words.map(({ word, count }) => (
          <option key={word} value={word}>
            {count} artifacts
          </option>
        ))}
      </datalist>
    </Field.Root>
  );
};
