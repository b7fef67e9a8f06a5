interface Props {
  readonly dagId: string;
}

export const DagTab = (props: Props) => <p>{JSON.stringify(props)}</p>;
