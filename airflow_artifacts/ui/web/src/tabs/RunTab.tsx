interface Props {
  readonly dagId: string;
  readonly runId: string;
}

export const RunTab = (props: Props) => <p>{JSON.stringify(props)}</p>;
