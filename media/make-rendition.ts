import { MediaError } from "#domain/errors.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import { makeRenditions } from "./make-renditions.ts";
import type { Rendition, RenditionsInput } from "./make-renditions.ts";
import type { RenditionChoice } from "./recipe-for.ts";

/** `makeRenditions` for one target. Throws all of its MediaErrors. */
export async function makeRendition(
  input: Omit<RenditionsInput, "targets"> & RenditionChoice & { limits: PlatformLimits },
): Promise<Rendition> {
  const { limits, animated, ...rest } = input;
  const target = { limits, ...(animated && { animated }) };
  const [made] = await makeRenditions({ ...rest, targets: [target] });
  if (made === undefined || made instanceof MediaError)
    throw made ?? new Error("no result of the one target");
  return made;
}
