import { Alert, Button, Code } from "@chakra-ui/react";

import { ApiFailure } from "src/api/client";

const titles: Record<number, string> = {
  0: "The API server does not answer",
  401: "You are not logged in",
  403: "You may not see this",
  404: "There is no such thing",
  409: "This cannot be done now",
  503: "Artifacts are out of reach",
};

interface Props {
  readonly error: unknown;
  /** Asks again; offered where that may help. */
  readonly onRetry?: (() => unknown) | undefined;
}

/** What went wrong, where, and the way out, in the words of the API. */
export const Failure = ({ error, onRetry }: Props) => {
  const failure = error instanceof ApiFailure ? error : undefined;
  const said = error instanceof Error ? error.message : String(error);
  return (
    <Alert.Root role="alert" status="error">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{(failure && titles[failure.status]) ?? "Something went wrong"}</Alert.Title>
        <Alert.Description>
          {said}
          {failure?.setting === undefined ? null : (
            <>
              {" "}
              The setting is <Code>{failure.setting}</Code>.
            </>
          )}
        </Alert.Description>
      </Alert.Content>
      {onRetry && failure?.mayPass ? (
        <Button onClick={onRetry} size="xs" variant="outline">
          Try again
        </Button>
      ) : null}
    </Alert.Root>
  );
};
