import { newUuid } from "#web/lib/new-uuid.ts";

/** How long somebody who got no answer and tries again means the same. Milliseconds. */
const sameIntentMs = 10 * 60_000;

/** Keys of requests that may have been carried out although no answer came, by all that the request says. */
const unanswered = new Map<string, { key: string; until: number }>();

/**
 * The Idempotency-Key of a request that creates or changes something, so that sending it again after a broken line can't
 * do it twice. `settle` is told whether an answer came; until one does, the same request keeps its key.
 */
export async function requestKey(
  request: Request,
): Promise<{ key: string; settle: (answered: boolean) => void }> {
  const said = `${request.method} ${request.url}\n${await request.clone().text()}`;
  const before = unanswered.get(said);
  const key = before && before.until > Date.now() ? before.key : newUuid();
  return {
    key,
    settle: (answered) => {
      if (answered) unanswered.delete(said);
      else unanswered.set(said, { key, until: Date.now() + sameIntentMs });
    },
  };
}
