import { requestKey } from "./request-keys.ts";
import { stepUp } from "./step-up.ts";

/** Pauses before a request whose line broke is sent again. Milliseconds. */
const pauses = [400, 1_500];

/**
 * Sends a request. What creates or changes carries an Idempotency-Key, and where the line breaks it is sent again with
 * it; where the API wants the password once more, the person is asked and it is sent again.
 */
export async function sendSafely(request: Request): Promise<Response> {
  if (request.method !== "POST" && request.method !== "PATCH")
    return sendSteppingUp(request, fetch);
  const { key, settle } = await requestKey(request);
  request.headers.set("Idempotency-Key", key);
  try {
    const answer = await sendSteppingUp(request, sendThroughBreaks);
    settle(true);
    return answer;
  } catch (error) {
    settle(false);
    throw error;
  }
}

async function sendSteppingUp(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const again = request.clone();
  const answer = await send(request);
  if (answer.status !== 403 || !(await wantsPassword(answer))) return answer;
  return (await stepUp.ask()) ? send(again) : answer;
}

async function sendThroughBreaks(request: Request): Promise<Response> {
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
