import { type ImageModelV4, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ProviderDeps } from "#providers/contract.ts";
import { prepareFill } from "#providers/lib/prepare-fill.ts";
import { connect } from "./connect.ts";
import { fieldsOf } from "./fields.ts";
import { uploadInput } from "./upload-input.ts";

/** Images by Replicate: one prediction that is waited for. */
export function replicateImageModel(deps: ProviderDeps, id: string): ImageModelV4 {
  const connection = connect(deps);
  const model = connection.library.image(id);
  const { picture, pictures, mask: maskField } = fieldsOf(id);
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: id,
    maxImagesPerCall: 1,
    async doGenerate({ files = [], mask, ...options }) {
      if ((mask === undefined) !== (maskField === undefined)) {
        const functionality = maskField ? `${id} without a mask` : `masks of ${id}`;
        throw new UnsupportedFunctionalityError({ functionality });
      }
      const [given] = files;
      const filled = given && mask && (await prepareFill({ picture: given, mask }));
      options.abortSignal?.throwIfAborted();
      const signal = options.abortSignal;
      const sent = filled ? [filled.picture, filled.mask] : files;
      const addresses = await Promise.all(
        sent.map((file) => uploadInput({ connection, file, signal })),
      );
      const [first, second] = addresses;
      return model.doGenerate({
        ...options,
        files: undefined,
        mask: undefined,
        providerOptions: {
          replicate: {
            output_format: "png",
            // A cold model starts for minutes; who waits too long is the caller's to say.
            pollIntervalMillis: 1_000,
            maxPollAttempts: 900,
            ...(picture && first !== undefined && { [picture]: first }),
            ...(maskField && second !== undefined && { [maskField]: second }),
            ...(pictures && addresses.length > 0 && { [pictures]: addresses }),
          },
        },
      });
    },
  };
}
