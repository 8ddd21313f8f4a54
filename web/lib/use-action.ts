import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useRef } from "react";
import { problemOf } from "./api/problem.ts";
import { texts } from "./texts.ts";

/**
 * Something that a person does: runs it, says that it is done, and reads anew what it changed. A refusal is told with
 * how to ask about it, unless `quiet`: then whoever asks shows it in its place.
 */
export function useAction<Input = void, Output = unknown>(options: {
  run: (input: Input) => Promise<Output>;
  stale: QueryKey[];
  done?: string | undefined;
  quiet?: boolean;
  /** What it returns is waited for: until then the action is under way. */
  onDone?: (output: Output, input: Input) => void | Promise<unknown>;
}) {
  const queryClient = useQueryClient();
  const busy = useRef(false);
  const action = useMutation({
    mutationFn: options.run,
    onSuccess: (output, input) => {
      if (options.done) notifications.show({ color: "teal", message: options.done });
      return options.onDone?.(output, input);
    },
    onError: (error) => {
      if (!options.quiet) tellProblem(error);
    },
    // After a refusal too: what one sees was then not what is.
    onSettled: () => {
      busy.current = false;
      return Promise.all(
        options.stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      );
    },
  });
  return {
    ...action,
    /** Begins it, unless it is under way: a second click may come before the button knows of the first. */
    mutate: (input: Input) => {
      if (busy.current) return;
      busy.current = true;
      action.mutate(input);
    },
  };
}

/** Tells of a refusal in a corner of the page, with its reference where only others can mend it. */
export function tellProblem(error: unknown): void {
  const { status, title, detail, requestId } = problemOf(error);
  notifications.show({
    color: "red",
    title,
    message: requestId && status >= 500 ? `${detail} ${texts.common.reference(requestId)}` : detail,
    autoClose: 12_000,
  });
}
