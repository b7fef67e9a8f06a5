import { Box, HStack, Stack, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import { figure } from "src/components/figure";
import { colour, gradient } from "src/previews/palette";
import type { HeatMapData } from "src/previews/shapes";

/** The pixels of a heat map, four bytes each; what is missing is transparent. */
export const pixels = ({ max, min, values }: HeatMapData): Uint8ClampedArray<ArrayBuffer> => {
  const width = Math.max(0, ...values.map((row) => row.length));
  const found = new Uint8ClampedArray(4 * width * values.length);
  values.forEach((row, down) => {
    row.forEach((value, along) => {
      if (value !== null) {
        found.set([...colour(max > min ? (value - min) / (max - min) : 0.5), 255], 4 * (down * width + along));
      }
    });
  });
  return found;
};

interface Props {
  readonly label: string;
  readonly map: HeatMapData;
}

/** The numbers of a matrix as colours, with what the colours mean. */
export const HeatMapPreview = ({ label, map }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = map.values.length;
  const width = Math.max(0, ...map.values.map((row) => row.length));
  const of = map.shape.map((one) => one.toLocaleString("en")).join(" × ");
  const [low, high] = [figure(map.min), figure(map.max)];
  useEffect(() => {
    const context = width > 0 ? canvas.current?.getContext("2d") : undefined;
    context?.putImageData(new ImageData(pixels(map), width, height), 0, 0);
  }, [height, map, width]);
  return (
    <Stack gap={2}>
      <Box aria-label={`${label}: heat map of ${of} numbers from ${low} to ${high}`} maxW="xl" role="img">
        <canvas
          aria-hidden
          height={height}
          ref={canvas}
          style={{ imageRendering: "pixelated", maxHeight: 420, width: "100%" }}
          width={width}
        />
      </Box>
      <HStack fontSize="sm" gap={2}>
        <span>{low}</span>
        <Box aria-hidden h={3} style={{ background: gradient }} w={40} />
        <span>{high}</span>
      </HStack>
      <Text color="fg.muted" fontSize="sm">
        {of} numbers{`${height} × ${width}` === map.shape.join(" × ") ? "" : `, shown as ${height} × ${width}`}
      </Text>
    </Stack>
  );
};
