interface Props {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}

export const TaskInstanceTab = (props: Props) => <p>{JSON.stringify(props)}</p>;
