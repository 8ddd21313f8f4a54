import { stepUp } from "./step-up.ts";

/** Pauses before a request whose line broke is sent again. Milliseconds. */
const pauses = [400, 1_500];

/**
 * Sends a request. Where the line breaks it is sent again with the same Idempotency-Key; where the API wants the
 * password once more, the person is asked and it is sent again.
 */
export async function sendSafely(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await sendThroughBreaks(request);
  if (answer.status !== 403 || !(await wantsPassword(answer))) return answer;
  return (await stepUp.ask()) ? sendThroughBreaks(again) : answer;
}

async function sendThroughBreaks(request: Request): Promise<Response> {
  if (!request.headers.has("Idempotency-Key")) return fetch(request);
  for (const pause of pauses) {
    try {
      return await fetch(request.clone());
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return fetch(request);
}

async function wantsPassword(answer: Response): Promise<boolean> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return (
    typeof body === "object" && body !== null && "code" in body && body.code === "step_up_needed"
  );
}
