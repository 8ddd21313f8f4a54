import { z } from "zod";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import { connectPrivately } from "./connect-privately.ts";
import { falImageModel } from "./image-model.ts";
import { manifest } from "./manifest.ts";
import { cancelFalJob, falProgress, falVideoModel } from "./video-model.ts";

/** Images and videos by models of many makers that run at fal. */
export const provider = {
  manifest,
  imageModel: falImageModel,
  videoModel: falVideoModel,
  cancelJob: cancelFalJob,
  jobProgress: falProgress,
  // fal is asked by headers, in connect-privately.ts: what stood here would go to the model.
  privacyOptions: () => ({}),
  /**
   * Asks for prices, which only a key may: https://fal.ai/docs/api-reference/platform-apis, `GET /models/pricing`. The list
   * of models answers to anybody.
   */
  async check(deps: ProviderDeps, signal: AbortSignal) {
    const { fetch, headers } = connectPrivately(deps);
    const ids = manifest.models.map(({ id }) => `endpoint_id=${encodeURIComponent(id)}`);
    const url = `https://api.fal.ai/v1/models/pricing?${ids.join("&")}`;
    const { prices } = await callForJson({ fetch, url, headers, signal }, priceList);
    return { models: [...new Set(prices.map((price) => price.endpoint_id))] };
  },
} satisfies Provider;

const priceList = z.object({ prices: z.array(z.object({ endpoint_id: z.string() })) });
