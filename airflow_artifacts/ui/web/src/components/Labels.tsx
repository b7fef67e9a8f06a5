import { Badge, HStack } from "@chakra-ui/react";

interface Props {
  readonly aliases?: readonly string[];
  readonly tags?: readonly string[];
}

// Labels may be long.
const breaking = { maxW: "full", overflowWrap: "anywhere", whiteSpace: "normal" } as const;

/** Aliases, which name one version, and tags, which many have: told apart by an @ and by colour. */
export const Labels = ({ aliases = [], tags = [] }: Props) =>
  aliases.length + tags.length === 0 ? null : (
    <HStack display="inline-flex" gap={1} wrap="wrap">
      {aliases.map((alias) => (
        <Badge {...breaking} colorPalette="blue" key={`@${alias}`} variant="solid">
          @{alias}
        </Badge>
      ))}
      {tags.map((tag) => (
        <Badge {...breaking} key={tag} variant="surface">
          {tag}
        </Badge>
      ))}
    </HStack>
  );
