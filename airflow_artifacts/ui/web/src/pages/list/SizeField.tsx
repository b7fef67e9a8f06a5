import { Field, Input } from "@chakra-ui/react";
import { useState } from "react";

import { size } from "src/components/Size";

const powers: Record<string, number> = { "": 0, B: 0, K: 1, M: 2, G: 3, T: 4, P: 5 };

/** Bytes as people write them, `1.5 MB` or `2g`; null where it is not a size. */
export const bytesOf = (text: string): number | null => {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)b?\s*$/i.exec(text);
  const power = powers[found?.[2]?.toUpperCase() ?? ""];
  return found && power !== undefined ? Math.round(Number(found[1]) * 1000 ** power) : null;
};

interface Props {
  readonly bytes: number | undefined;
  readonly label: string;
  readonly onChoose: (bytes: number | undefined) => void;
}

/** A bound of sizes, written as people write it. */
export const SizeField = ({ bytes, label, onChoose }: Props) => {
  const [draft, setDraft] = useState<string>();
  const invalid = draft !== undefined && draft.trim() !== "" && bytesOf(draft) === null;
  const choose = () => {
    const next = draft === undefined ? bytes : (bytesOf(draft) ?? undefined);
    if (!invalid) {
      setDraft(undefined);
      if (next !== bytes) {
        onChoose(next);
      }
    }
  };
  return (
    <Field.Root invalid={invalid}>
      <Field.Label>{label}</Field.Label>
      <Input
        onBlur={choose}
        onChange={(event) => {
          setDraft(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            choose();
          }
        }}
        placeholder="10 MB"
        size="sm"
        value={draft ?? (bytes === undefined ? "" : size(bytes))}
      />
      <Field.ErrorText>A size is written like 10 MB.</Field.ErrorText>
    </Field.Root>
  );
};
