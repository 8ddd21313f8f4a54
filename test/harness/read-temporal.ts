import type { Client } from "@temporalio/client";
import type { Payload, PayloadCodec } from "@temporalio/common";
import { createDataConverter } from "#db/vault/data-converter.ts";
import type { KeyRing } from "#db/vault/key-ring.ts";

/**
 * Everything that Temporal holds of a namespace, in clear, by workflow id: each event of each history with its payloads,
 * failures and user metadata, memos, search attributes and the rest of what the list of workflows tells.
 */
export async function readTemporal(input: {
  client: Client;
  keyRing: KeyRing;
}): Promise<Map<string, string>> {
  const { client, keyRing } = input;
  const [codec] = createDataConverter(keyRing).payloadCodecs ?? [];
  if (!codec) throw new Error("payloads are not encrypted");
  const texts = new Map<string, string>();
  for await (const { workflowId, runId, raw } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const words: string[] = [];
    await collect({ value: [raw, history], codec, words });
    texts.set(workflowId, [texts.get(workflowId) ?? "", ...words].join("\n"));
  }
  return texts;
}

/** Every string below a value, and every payload as it is when decoded. */
async function collect(input: {
  value: unknown;
  codec: PayloadCodec;
  words: string[];
}): Promise<void> {
  const { value, codec, words } = input;
  if (typeof value === "string") words.push(value);
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Uint8Array) {
    words.push(Buffer.from(value).toString());
    return;
  }
  if ("metadata" in value && "data" in value && value.data instanceof Uint8Array) {
    const payload = value as Payload;
    // The server and the SDK write some facts of their own in clear, such as search attributes and patches.
    const sealed = payload.metadata?.["key-id"] !== undefined;
    const [decoded] = sealed ? await codec.decode([payload]) : [payload];
    words.push(Buffer.from(decoded?.data ?? []).toString());
    return;
  }
  for (const part of Object.values(value)) await collect({ value: part, codec, words });
}
