interface Props {
  readonly dagId: string;
  readonly taskId: string;
}

export const TaskTab = (props: Props) => <p>{JSON.stringify(props)}</p>;
