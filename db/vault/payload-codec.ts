import type { Payload, PayloadCodec } from "@temporalio/common";
import { METADATA_ENCODING_KEY } from "@temporalio/common";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import proto from "@temporalio/proto";
import { authTagLength, type KeyRing } from "./key-ring.ts";

// The package is CommonJS, and Node finds no named exports in it.
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const encoding = "binary/encrypted";
const additional = Buffer.from("drumbeat/temporal-payload|v1");

/**
 * Encrypts every Temporal payload (AES-256-GCM) under a key derived from the ring's active key, so that histories
 * hold neither content nor names. The key's id travels in the metadata; older keys keep opening older histories.
 * A payload that is not encrypted is refused, not passed through.
 */
export function createPayloadCodec(keyRing: KeyRing): PayloadCodec {
  const derived = new Map<string, Buffer>();
  const keyFor = (id: string): Buffer => {
    const known = derived.get(id);
    if (known) return known;
    const key = keyRing.payloadKey(id);
    derived.set(id, key);
    return key;
  };
  return {
    async encode(payloads) {
      return payloads.map((payload) => {
        const iv = randomBytes(12);
        const { activeId } = keyRing;
        const cipher = createCipheriv("aes-256-gcm", keyFor(activeId), iv).setAAD(additional);
        const plain = PayloadMessage.encode(payload).finish();
        const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
        return {
          metadata: {
            [METADATA_ENCODING_KEY]: Buffer.from(encoding),
            "key-id": Buffer.from(activeId),
          },
          data,
        };
      });
    },
    async decode(payloads) {
      return payloads.map((payload): Payload => {
        const kind = payload.metadata?.[METADATA_ENCODING_KEY];
        const keyId = payload.metadata?.["key-id"];
        if (!kind || Buffer.from(kind).toString() !== encoding || !keyId || !payload.data) {
          throw new Error("a Temporal payload is not encrypted, so it is not ours");
        }
        const bytes = Buffer.from(payload.data);
        const decipher = createDecipheriv(
          "aes-256-gcm",
          keyFor(Buffer.from(keyId).toString()),
          bytes.subarray(0, 12),
          { authTagLength },
        );
        decipher.setAAD(additional).setAuthTag(bytes.subarray(-16));
        const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
        return PayloadMessage.decode(plain);
      });
    },
  };
}
