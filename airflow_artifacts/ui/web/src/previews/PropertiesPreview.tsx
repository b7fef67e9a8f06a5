import { Definitions } from "src/components/Definitions";
import { Json } from "src/components/Json";

/** Names with values, such as the settings of a model. */
export const PropertiesPreview = ({ properties }: { readonly properties: Readonly<Record<string, unknown>> }) => (
  <Definitions
    entries={Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, <Json key={name} label={name} value={value} />]),
    )}
  />
);
