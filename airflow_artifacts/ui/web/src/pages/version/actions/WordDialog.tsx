import { Field, Input } from "@chakra-ui/react";
import { useState } from "react";

import { Asked } from "src/pages/version/actions/Asked";
import { useChange } from "src/pages/version/actions/useChange";

interface Props {
  readonly button: string;
  readonly hint: string;
  readonly label: string;
  readonly run: (word: string) => Promise<unknown>;
  readonly said: (word: string) => string;
  readonly say: (done: string) => void;
}

/** Asks for a word; what the API says against it stands at the field. */
export const WordDialog = ({ button, hint, label, run, said, say }: Props) => {
  const [open, setOpen] = useState(false);
  const [word, setWord] = useState("");
  const changing = useChange(say);
  const given = word.trim();
  return (
    <Asked
      button={button}
      doIt={button}
      onDo={() => {
        if (given !== "") {
          changing.mutate(
            { run: () => run(given), said: said(given) },
            {
              onSuccess: () => {
                setOpen(false);
              },
            },
          );
        }
      }}
      onOpen={(now) => {
        changing.reset();
        setWord("");
        setOpen(now);
      }}
      open={open}
      pending={changing.isPending}
      title={button}
    >
      <Field.Root invalid={changing.isError} required>
        <Field.Label>{label}</Field.Label>
        <Input
          autoComplete="off"
          onChange={({ target }) => {
            changing.reset();
            setWord(target.value);
          }}
          value={word}
        />
        <Field.HelperText>{hint}</Field.HelperText>
        <Field.ErrorText color="red.fg" role="alert">
          {changing.error?.message}
        </Field.ErrorText>
      </Field.Root>
    </Asked>
  );
};
