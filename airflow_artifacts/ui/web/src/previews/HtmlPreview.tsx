import { Box } from "@chakra-ui/react";

import { framedAddress } from "src/api/addresses";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly number: number;
}

/** HTML of others, in a frame that may do nothing: no script, no form, no navigation. */
export const HtmlPreview = ({ id, label, number }: Props) => (
  <Box borderWidth={1} h="96" minH="32" overflow="hidden" resize="vertical">
    <iframe
      sandbox=""
      src={framedAddress(id, number)}
      style={{ background: "white", border: 0, height: "100%", width: "100%" }}
      title={label}
    />
  </Box>
);
