import { classifyModelError } from "./classify-model-error.ts";

/** Says why a key could not be used, in our own words: nothing of what the server said is in it. Pure. */
export function explainKeyCheck(error: unknown): { code: string; detail: string } {
  const { code, message } = classifyModelError(error, { now: new Date(0) });
  switch (code) {
    case "rate_limited":
      return { code, detail: "The provider asks for fewer requests. Give the key again later." };
    case "invalid_input":
      return {
        code,
        detail: `The server at the address does not answer as the provider does. Check the address. ${message}`,
      };
    case "unexpected":
    case "cancelled":
      return {
        code: "unexpected",
        detail: "The key could not be tried for a reason of our own. The worker's log says more.",
      };
    case "provider_down":
    case "timeout":
      return {
        code,
        detail: `${message} So the key could not be tried, and was not kept: give it again later.`,
      };
    default:
      return { code, detail: message };
  }
}
