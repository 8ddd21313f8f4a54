import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { problemOf } from "./api/problem.ts";
import { texts } from "./texts.ts";

/**
 * Something that a person does: runs it, says that it is done, and reads anew what it changed. A refusal is told with
 * its reference, unless `quiet`: then whoever asks shows it in its place.
 */
export function useAction<Input = void, Output = unknown>(options: {
  run: (input: Input) => Promise<Output>;
  stale: QueryKey[];
  done?: string | undefined;
  quiet?: boolean;
  onDone?: (output: Output, input: Input) => void;
}) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: options.run,
    onSuccess: (output, input) => {
      if (options.done) notifications.show({ color: "teal", message: options.done });
      options.onDone?.(output, input);
    },
    onError: (error) => {
      if (!options.quiet) tellProblem(error);
    },
    // After a refusal too: what one sees was then not what is.
    onSettled: () =>
      Promise.all(options.stale.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

/** Tells of a refusal in a corner of the page. */
export function tellProblem(error: unknown): void {
  const { title, detail, requestId } = problemOf(error);
  notifications.show({
    color: "red",
    title,
    message: requestId ? `${detail} ${texts.common.reference(requestId)}` : detail,
    autoClose: 12_000,
  });
}
