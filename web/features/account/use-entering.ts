import { problemOf, type ApiProblem } from "#web/lib/api/problem.ts";
import { startAfresh } from "#web/lib/start-afresh.ts";
import { useAction } from "#web/lib/use-action.ts";

/** Signs in by whatever means, then goes on to `next`, a path of ours. */
export function useEntering<Input>(options: {
  enter: (input: Input) => Promise<unknown>;
  next: string | undefined;
}): { enter: (input: Input) => void; pending: boolean; problem: ApiProblem | undefined } {
  const entering = useAction({
    run: options.enter,
    stale: [],
    quiet: true,
    // Whatever was read before, somebody else may have read.
    onDone: () => startAfresh(options.next ?? "/"),
  });
  return {
    enter: entering.mutate,
    pending: entering.isPending,
    problem: entering.error ? problemOf(entering.error) : undefined,
  };
}
