import { Alert, Code } from "@chakra-ui/react";

import { ApiFailure } from "src/api/client";

const titles: Record<number, string> = {
  401: "You are not logged in",
  403: "You may not see this",
  404: "There is no such thing",
  409: "This cannot be done now",
  503: "Artifacts are out of reach",
};

/** What went wrong, where, and the way out, in the words of the API. */
export const Failure = ({ error }: { readonly error: unknown }) => {
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
    </Alert.Root>
  );
};
