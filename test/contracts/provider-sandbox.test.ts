import { provider } from "#providers/sandbox/index.ts";
import { providerContract, type Situation } from "./provider-contract.ts";

providerContract({
  name: "sandbox",
  provider,
  start: () =>
    Promise.resolve({
      deps: { fetch: refuseFetch, credentials: {} },
      textModel: "sandbox-text-1",
      imageModel: "sandbox-image-1",
      arrange: directiveFor,
      underWay: () => Promise.resolve(),
      requests: () => [],
      faults: [
        "rate_limited",
        "quota",
        "content_policy",
        "invalid_input",
        "provider_down",
        "unauthorized",
        "timeout",
      ],
      close: () => Promise.resolve(),
    }),
});

function directiveFor(situation: Situation): string {
  switch (situation.does) {
    case "clumsy planner":
      return "[[sandbox invalid]]";
    case "bad tool input":
      return "[[sandbox bad-tool-input]]";
    case "refuse":
      return "[[sandbox refuse]]";
    case "hang":
      return "[[sandbox wait=3600]]";
    case "fail": {
      const wait =
        situation.retryAfterSeconds === undefined
          ? ""
          : ` retry-after=${situation.retryAfterSeconds}`;
      return `[[sandbox error=${situation.code}${wait}]]`;
    }
    default:
      return "";
  }
}

function refuseFetch(): Promise<Response> {
  return Promise.reject(new Error("The sandbox must not use the network."));
}
