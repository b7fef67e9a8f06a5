import { Image } from "@chakra-ui/react";

import { asImage } from "src/previews/shapes";

interface Props {
  readonly data: unknown;
  readonly label: string;
}

// Transparent parts are told from white ones.
const chequers = {
  backgroundImage: "repeating-conic-gradient({colors.bg.emphasized} 0% 25%, {colors.bg} 0% 50%)",
  backgroundSize: "16px 16px",
};

/** A picture; in an <img> an SVG runs no script. */
export const ImagePreview = ({ data, label }: Props) => {
  const image = asImage(data);
  return (
    <Image
      alt={label}
      borderWidth={1}
      css={chequers}
      maxW="full"
      src={`data:${image.media_type};base64,${image.base64}`}
      w="auto"
    />
  );
};
