import type { Provider } from "#providers/contract.ts";
import { manifest } from "./manifest.ts";

/** What is made here without a model: the recipes of `media/`, run by the media worker. Nothing is asked of anybody. */
export const provider = { manifest, privacyOptions: () => ({}) } satisfies Provider;
