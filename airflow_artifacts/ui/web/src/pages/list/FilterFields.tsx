import { SimpleGrid } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Choice } from "src/pages/list/Choice";
import { DayField } from "src/pages/list/DayField";
import type { Filters } from "src/pages/list/filters";
import { SizeField } from "src/pages/list/SizeField";
import { WordField } from "src/pages/list/WordField";

interface Props {
  readonly change: (next: Partial<Filters>) => void;
  readonly filters: Filters;
}

/** All by which the list can be narrowed, with the words that there are. */
export const FilterFields = ({ change, filters }: Props) => {
  const { data } = queries.useQuery("get", "/api/facets", { params: { query: { named: !filters.unnamed } } });
  const field = (word: "alias" | "dag_id" | "from" | "type" | "until" | "value_type") => ({
    onChoose: (chosen: string) => {
      change({ [word]: chosen });
    },
    value: filters[word],
  });
  const bound = (which: "max_size" | "min_size") => ({
    bytes: filters[which],
    onChoose: (bytes: number | undefined) => {
      change({ [which]: bytes });
    },
  });
  const addTag = (tag: string) => {
    if (tag !== "" && !filters.tags.includes(tag)) {
      change({ tags: [...filters.tags, tag] });
    }
  };
  return (
    <SimpleGrid borderRadius="md" borderWidth={1} gap={3} columns={{ base: 2, md: 3, lg: 5 }} p={3}>
      <Choice label="Type" words={data?.types ?? []} {...field("type")} />
      <Choice label="Python type" words={data?.value_types ?? []} {...field("value_type")} />
      <WordField label="Tag" onChoose={addTag} placeholder="Add a tag" value="" words={data?.tags ?? []} />
      <WordField label="DAG" placeholder="Any" words={data?.dags ?? []} {...field("dag_id")} />
      <WordField label="Alias" placeholder="Any" words={data?.aliases ?? []} {...field("alias")} />
      <DayField day={filters.from} label="Updated from" onChoose={field("from").onChoose} />
      <DayField day={filters.until} label="Updated until" onChoose={field("until").onChoose} />
      <SizeField label="Size from" {...bound("min_size")} />
      <SizeField label="Size up to" {...bound("max_size")} />
    </SimpleGrid>
  );
};
