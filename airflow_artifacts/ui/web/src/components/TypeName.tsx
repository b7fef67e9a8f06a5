/** A Python type by where it comes from and its name, `sklearn…LogisticRegression`; the whole stands in its tooltip. */
export const TypeName = ({ type }: { readonly type: string }) => {
  const parts = type.split(".");
  const short = parts.length > 2 ? `${parts[0] ?? ""}…${parts.at(-1) ?? ""}` : type;
  return <span title={type}>{short}</span>;
};
