import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Something to change, and what is said when it is done. */
export interface Change {
  readonly run: () => Promise<unknown>;
  readonly said: string;
}

/** Changes something, then asks anew for all that is shown, and says what was done. */
export const useChange = (say: (done: string) => void) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ run }: Change) => run(),
    onSuccess: async (_, { said }) => {
      say(said);
      await client.invalidateQueries();
    },
  });
};
