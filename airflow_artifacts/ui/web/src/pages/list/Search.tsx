import { Input } from "@chakra-ui/react";
import { useEffect, useState } from "react";

interface Props {
  readonly onSearch: (text: string) => void;
  readonly text: string;
}

// Long enough that typing a word asks once, short enough that it feels immediate.
const pause = 200;

/** Searches while one types, once it pauses. */
export const Search = ({ onSearch, text }: Props) => {
  const [draft, setDraft] = useState(text);
  const [seen, setSeen] = useState(text);
  if (text !== seen) {
    // The address changed by something else than typing.
    setSeen(text);
    setDraft(text);
  }
  useEffect(() => {
    if (draft === text) {
      return;
    }
    const timer = setTimeout(() => {
      onSearch(draft);
    }, pause);
    return () => {
      clearTimeout(timer);
    };
  }, [draft, onSearch, text]);
  return (
    <Input
      aria-label="Search artifacts by name"
      flex="1 1 16rem"
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      placeholder="Search artifacts"
      size="sm"
      type="search"
      value={draft}
    />
  );
};
