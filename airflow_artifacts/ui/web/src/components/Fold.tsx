import { Box } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

interface Props {
  /** Made only once it is opened. */
  readonly children: () => ReactNode;
  readonly title: string;
}

/** What most readers do without, one click away. */
export const Fold = ({ children, title }: Props) => {
  const [open, setOpen] = useState(false);
  return (
    <Box asChild mt={3}>
      <details
        onToggle={(event) => {
          setOpen(event.currentTarget.open);
        }}
      >
        <Box as="summary" color="fg.muted" cursor="pointer" fontSize="sm">
          {title}
        </Box>
        {open ? children() : null}
      </details>
    </Box>
  );
};
