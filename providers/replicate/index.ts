import { z } from "zod";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import { connect } from "./connect.ts";
import { replicateImageModel } from "./image-model.ts";
import { manifest } from "./manifest.ts";
import { cancelPrediction, predictionProgress, replicateVideoModel } from "./video-model.ts";

/** Images and videos by models of many makers that run at Replicate. */
export const provider = {
  manifest,
  imageModel: replicateImageModel,
  videoModel: replicateVideoModel,
  cancelJob: cancelPrediction,
  jobProgress: predictionProgress,
  // Replicate has no switch: predictions of the API are deleted after an hour, whoever asks.
  privacyOptions: () => ({}),
  /** https://replicate.com/docs/reference/http#account.get; a key sees every public model, so that none are listed. */
  async check(deps: ProviderDeps, signal: AbortSignal) {
    const { fetch, baseUrl, headers } = connect(deps);
    await callForJson({ fetch, url: `${baseUrl}/account`, headers, signal }, account);
    return { models: [] };
  },
} satisfies Provider;

const account = z.object({ type: z.string() });
