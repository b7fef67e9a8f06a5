import { Badge } from "@chakra-ui/react";

import { api, type Version } from "src/api/client";
import { OneClick } from "src/pages/version/actions/OneClick";

interface Props {
  readonly fail: (error: unknown) => void;
  readonly say: (done: string) => void;
  readonly version: Version;
}

/** The tags of a version, each with a button that takes it away. */
export const Tags = ({ version: { id, tags }, ...told }: Props) =>
  tags.map((tag) => (
    <Badge key={tag} pe={0} size="md" variant="surface">
      {tag}
      <OneClick
        {...told}
        aria-label={`Remove the tag ${tag}`}
        change={{
          run: () => api.DELETE("/api/versions/{id}/tags", { params: { path: { id }, query: { tag } } }),
          said: `The tag ${tag} is removed.`,
        }}
        size="2xs"
        variant="ghost"
      >
        ×
      </OneClick>
    </Badge>
  ));
