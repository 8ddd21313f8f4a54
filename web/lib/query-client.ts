import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api/problem.ts";

/** Refusals are final; a broken line or a server that comes back is worth another try. */
function worthRetrying(failures: number, error: Error): boolean {
  const answered = error instanceof ApiProblem && error.status > 0 && error.status < 500;
  return !answered && failures < 2;
}

/** The console's cache of the API. `onSignedOut` is called when an answer says that nobody is signed in any more. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 401 && error.code !== "wrong_credentials")
      onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Asked even where the browser has no network: the product may run on the same machine.
      queries: {
        staleTime: 5_000,
        retry: worthRetrying,
        networkMode: "always",
        refetchOnReconnect: true,
      },
      // What was given or made, passwords and keys too, is let go of as soon as nobody shows it.
      mutations: { retry: false, networkMode: "always", gcTime: 0 },
    },
  });
}
