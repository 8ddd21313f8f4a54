import type { DataConverter } from "@temporalio/common";
import { fileURLToPath } from "node:url";
import type { KeyRing } from "./key-ring.ts";
import { createPayloadCodec } from "./payload-codec.ts";

/** How client and workers write payloads and failures: encrypted, messages and stacks of failures included. */
export function createDataConverter(keyRing: KeyRing): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(keyRing)],
    failureConverterPath: fileURLToPath(new URL("./failure-converter.ts", import.meta.url)),
  };
}
