import type { ModelErrorCode } from "#activities/lib/classify-model-error.ts";
import type { JobEnd, ProviderHarness } from "./provider-contract.ts";
import { recordRequests } from "./record-requests.ts";
import type { Answer, ProviderServer } from "./start-provider-server.ts";

export type Refusals = Partial<Record<ModelErrorCode, Answer>>;

/** The harness of a provider that a server stands in for: it hangs and refuses as told, and all that is sent is noted. */
export function standInHarness(options: {
  server: ProviderServer;
  apiKey: string;
  /** Codes that it refuses by, each with its answer. */
  refusals: Partial<Record<ModelErrorCode, unknown>>;
  refuse(code: ModelErrorCode, retryAfterSeconds?: number): Answer;
  /** Has the next job end so; absent where there are no jobs. */
  endJobs?(ends: JobEnd): void;
}): ProviderHarness {
  const { server, apiKey, refusals, refuse, endJobs } = options;
  const recorder = recordRequests({ route: server.route });
  return {
    deps: { ffmpegPath: "ffmpeg", credentials: { apiKey }, fetch: recorder.fetch },
    arrange(situation) {
      server.answerNext();
      if (situation.does === "job") endJobs?.(situation.ends);
      if (situation.does === "hang") server.answerNext("hang");
      if (situation.does === "fail")
        server.answerNext(refuse(situation.code, situation.retryAfterSeconds));
      return "";
    },
    underWay: () => recorder.next(),
    requests: () => recorder.requests,
    faults: Object.keys(refusals) as ModelErrorCode[],
    close: () => server.close(),
  };
}

/** Refuses by what stands under the code; how long to wait is told by `Retry-After`. */
export function refuseBy(refusals: Refusals) {
  return (code: ModelErrorCode, retryAfterSeconds?: number): Answer => {
    const refusal = refusals[code];
    if (refusal === undefined) throw new Error(`There is no answer for ${code}.`);
    if (retryAfterSeconds === undefined) return refusal;
    return { ...refusal, headers: { "retry-after": String(retryAfterSeconds) } };
  };
}
