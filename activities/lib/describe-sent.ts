import { createHash } from "node:crypto";
import type { SharedV4ProviderOptions } from "@ai-sdk/provider";

/** A record of what a provider was sent that holds none of it. */
export interface SentRecord {
  provider: string;
  model: string;
  fields: SentField[];
  /** Settings of the call: numbers and sizes, such as `temperature` or `size`. */
  settings: Record<string, number | string>;
  /** The provider's own options that were sent along, its storage switched off among them. */
  privacy: SharedV4ProviderOptions;
}

export interface SentField {
  /** For example `system`, `messages[2].tool`, `tools.recent_posts`, `output`, `prompt`. */
  name: string;
  /** Of the content as UTF-8, JSON where it isn't text. */
  bytes: number;
  /** Hex, of the same. */
  sha256: string;
}

export interface DescribeSentOptions {
  model: { provider: string; modelId: string };
  /** Name and content of each field; undefined ones were not sent. */
  fields: readonly (readonly [name: string, content: unknown])[];
  settings: Record<string, number | string | undefined>;
  privacyOptions: SharedV4ProviderOptions;
}

/** Describes what is sent, by name, size and hash of each field. */
export function describeSent({
  model,
  fields,
  settings,
  privacyOptions,
}: DescribeSentOptions): SentRecord {
  return {
    provider: model.provider,
    model: model.modelId,
    fields: fields
      .filter(([, content]) => content !== undefined)
      .map(([name, content]) => {
        const bytes =
          content instanceof Uint8Array
            ? content
            : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
        return {
          name,
          bytes: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
        };
      }),
    settings: Object.fromEntries(
      Object.entries(settings).filter(
        (entry): entry is [string, number | string] => entry[1] !== undefined,
      ),
    ),
    privacy: privacyOptions,
  };
}
