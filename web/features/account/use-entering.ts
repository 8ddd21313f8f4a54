import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { problemOf, type ApiProblem } from "#web/lib/api/problem.ts";

/** Signs in by whatever means, then goes on to `next`, a path of ours. */
export function useEntering<Input>(options: {
  enter: (input: Input) => Promise<unknown>;
  next: string | undefined;
}): { enter: (input: Input) => void; pending: boolean; problem: ApiProblem | undefined } {
  const queryClient = useQueryClient();
  const router = useRouter();
  const entering = useMutation({
    mutationFn: options.enter,
    onSuccess: async () => {
      // Whatever was read before, somebody else may have read.
      queryClient.clear();
      router.history.push(options.next ?? "/");
      await router.invalidate();
    },
  });
  return {
    enter: entering.mutate,
    pending: entering.isPending,
    problem: entering.error ? problemOf(entering.error) : undefined,
  };
}
