import { answerOf, api } from "./api/client.ts";
import { texts } from "./texts.ts";
import { useAction } from "./use-action.ts";

const words = texts.posts;
/** What a change of a post makes stale. */
const stale = [["posts"], ["runs"], ["needs-you"]];

/** Which of its targets; all that it can be done for when absent. */
interface Chosen {
  targetIds?: string[];
}

/** Sends what failed of a post once more. */
export function useRetry(postId: string) {
  return useAction({
    run: (chosen: Chosen) =>
      answerOf(
        api.POST("/v1/posts/{id}/retry", { params: { path: { id: postId } }, body: chosen }),
      ),
    stale,
    done: words.retried,
  });
}

/** Removes what is out of a post. */
export function useTakeDown(postId: string) {
  return useAction({
    run: (chosen: Chosen) =>
      answerOf(
        api.POST("/v1/posts/{id}/take-down", { params: { path: { id: postId } }, body: chosen }),
      ),
    stale,
    done: words.takingDown,
  });
}

export interface Decision {
  targetId: string;
  outcome: "is_there" | "send_again" | "give_up";
  url?: string;
}

/** Says what became of a target that nobody could prove. Refusals stand where it is asked. */
export function useResolve(postId: string, onDone: (decision: Decision) => void) {
  return useAction({
    run: (decision: Decision) =>
      answerOf(
        api.POST("/v1/posts/{id}/resolve", { params: { path: { id: postId } }, body: decision }),
      ),
    stale,
    quiet: true,
    onDone: (_, decision) => onDone(decision),
  });
}

/** Calls a post off. Refusals stay in sight where `quiet` says that they are shown in their place. */
export function useCancelPost(postId: string, { quiet = false }: { quiet?: boolean } = {}) {
  return useAction({
    run: () => answerOf(api.POST("/v1/posts/{id}/cancel", { params: { path: { id: postId } } })),
    stale,
    done: words.cancelled,
    quiet,
  });
}
