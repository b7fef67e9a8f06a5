import { parseExactly } from "src/api/exact";
import { Code } from "src/components/Code";
import { Json } from "src/components/Json";

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: parseExactly(text) };
  } catch {
    return undefined;
  }
};

interface Props {
  readonly data: unknown;
  readonly label: string;
}

/** JSON, which is stored as text; a text that is none is shown as it is. */
export const JsonPreview = ({ data, label }: Props) => {
  const found = typeof data === "string" ? parsed(data) : { value: data };
  return found === undefined ? (
    <Code label={label} language="text" text={String(data)} />
  ) : (
    <Json label={label} open={2} value={found.value} />
  );
};
