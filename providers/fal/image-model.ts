import { type ImageModelV4, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ProviderDeps } from "#providers/contract.ts";
import { dataUri } from "#providers/lib/data-uri.ts";
import { prepareFill } from "#providers/lib/prepare-fill.ts";
import { connectPrivately } from "./connect-privately.ts";
import { fieldsOf } from "./fields.ts";
import { manifest } from "./manifest.ts";

type Size = `${number}x${number}` | undefined;

/** Images by fal, in one call. */
export function falImageModel(deps: ProviderDeps, id: string): ImageModelV4 {
  const model = connectPrivately(deps).library.image(id);
  const { ratio, pictures, fills } = fieldsOf(id);
  const usualSize = manifest.models.find((entry) => entry.id === id)?.settings?.sizes?.[0];
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: id,
    maxImagesPerCall: 1,
    async doGenerate({ size = usualSize as Size, aspectRatio, files = [], mask, ...options }) {
      if ((mask === undefined) !== (fills === undefined)) {
        const functionality = fills ? `${id} without a mask` : `masks of ${id}`;
        throw new UnsupportedFunctionalityError({ functionality });
      }
      const [given] = files;
      const filled =
        fills && given && mask && (await prepareFill({ picture: given, mask, ...fills }));
      options.abortSignal?.throwIfAborted();
      const first = filled?.picture ?? given;
      const fal = {
        ...(filled && { maskUrl: dataUri(filled.mask) }),
        ...(ratio && aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
        ...(pictures && { image_urls: files.map(dataUri) }),
        ...(!pictures && first && { imageUrl: dataUri(first) }),
      };
      return model.doGenerate({
        ...options,
        // Left to themselves, these models make another size than the catalogue says.
        size,
        files: undefined,
        mask: undefined,
        aspectRatio: ratio ? undefined : aspectRatio,
        providerOptions: { fal },
      });
    },
  };
}
