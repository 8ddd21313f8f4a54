import { beforeAll, describe, expect, test } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { SealContext } from "./envelope.ts";
import { addKey, initKeyRing, loadKeyRing, UnknownKey, type KeyRing } from "./key-ring.ts";
import { openSecrets, SealBroken } from "./open.ts";
import { sealSecrets, type Sealed } from "./seal.ts";

const context: SealContext = {
  workspaceId: "workspace-1",
  ownerId: "connection-1",
  field: "secrets",
  version: 3,
};
const secrets = { accessToken: "at-8f2c", refreshToken: "rt-77aé漢😀" };

let ring: KeyRing;
let rotated: KeyRing;
let stranger: KeyRing;
beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-vault-"));
  try {
    const file = path.join(folder, "ring.json");
    await initKeyRing(file);
    ring = await loadKeyRing(file);
    await addKey(file);
    rotated = await loadKeyRing(file);
    const other = path.join(folder, "other.json");
    await initKeyRing(other);
    stranger = await loadKeyRing(other);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const seal = (): Sealed => sealSecrets({ keyRing: ring, context, secrets });

test("opens what was sealed", () => {
  expect(openSecrets({ keyRing: ring, context, ...seal() })).toEqual(secrets);
});

test("shows nothing of the secrets, and is never the same twice", () => {
  const one = seal();
  const other = seal();
  const text = JSON.stringify(one);
  for (const word of ["at-8f2c", "rt-77", "accessToken"]) {
    expect(text).not.toContain(word);
    expect(text).not.toContain(Buffer.from(word).toString("base64url").slice(0, 6));
  }
  expect(one.sealed).not.toBe(other.sealed);
  expect(one.wrappedKey).not.toBe(other.wrappedKey);
});

describe("a ciphertext that is moved does not open", () => {
  const places: [string, Partial<SealContext>][] = [
    ["another workspace", { workspaceId: "workspace-2" }],
    ["another row", { ownerId: "connection-2" }],
    ["another field", { field: "clientSecret" }],
    ["an older version", { version: 2 }],
    ["a later version", { version: 4 }],
  ];
  test.each(places)("to %s", (_place, elsewhere) => {
    const sealed = seal();
    expect(() =>
      openSecrets({ keyRing: ring, context: { ...context, ...elsewhere }, ...sealed }),
    ).toThrow(SealBroken);
  });

  test("nor under the data key of another row", () => {
    const other = sealSecrets({
      keyRing: ring,
      context: { ...context, ownerId: "connection-2" },
      secrets,
    });
    const mixed = { sealed: seal().sealed, wrappedKey: other.wrappedKey };
    expect(() => openSecrets({ keyRing: ring, context, ...mixed })).toThrow(SealBroken);
  });

  test("nor the secrets of one sealing under the key of another of the same row", () => {
    const mixed = { sealed: seal().sealed, wrappedKey: seal().wrappedKey };
    expect(() => openSecrets({ keyRing: ring, context, ...mixed })).toThrow(SealBroken);
  });
});

describe("whatever is changed, it does not open", () => {
  test("each bit of the vector, the ciphertext and the tag", () => {
    const { sealed, wrappedKey } = seal();
    const parts = sealed.split(".");
    expect(parts).toHaveLength(5);
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const broken = parts.with(index, changed.toString("base64url")).join(".");
        expect(() => openSecrets({ keyRing: ring, context, sealed: broken, wrappedKey })).toThrow(
          SealBroken,
        );
      }
    }
  });

  test("each bit of the wrapped data key", () => {
    const { sealed, wrappedKey } = seal();
    const parts = wrappedKey.split(".");
    expect(parts).toHaveLength(5);
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const broken = parts.with(index, changed.toString("base64url")).join(".");
        expect(() => openSecrets({ keyRing: ring, context, sealed, wrappedKey: broken })).toThrow(
          SealBroken,
        );
      }
    }
  });

  // A tag that is cut to four bytes would be guessed in an afternoon.
  test.each([15, 12, 8, 4, 1, 0])(
    "a tag that is cut to %i bytes, of the secrets or of the key",
    (length) => {
      const { sealed, wrappedKey } = seal();
      const cut = (text: string) => {
        const parts = text.split(".");
        return parts
          .with(
            4,
            Buffer.from(parts[4] ?? "", "base64url")
              .subarray(0, length)
              .toString("base64url"),
          )
          .join(".");
      };
      expect(() =>
        openSecrets({ keyRing: ring, context, sealed: cut(sealed), wrappedKey }),
      ).toThrow(SealBroken);
      expect(() =>
        openSecrets({ keyRing: ring, context, sealed, wrappedKey: cut(wrappedKey) }),
      ).toThrow(SealBroken);
    },
  );

  test.each(["", "v1", "v2.A256GCM.a.b.c", "v1.none.a.b.c", "v1.A256GCM...", "{}"])(
    "a form of its own: %j",
    (sealed) => {
      expect(() =>
        openSecrets({ keyRing: ring, context, sealed, wrappedKey: seal().wrappedKey }),
      ).toThrow(SealBroken);
    },
  );

  test("the error tells the row and nothing of what is in it", () => {
    const { wrappedKey } = seal();
    expect(() =>
      openSecrets({ keyRing: ring, context, sealed: "v1.A256GCM.a.b.c", wrappedKey }),
    ).toThrow("the secrets of connection-1 do not open");
  });
});

test("a key that the ring does not hold is named, and no seal is called broken for it", () => {
  expect(() => openSecrets({ keyRing: stranger, context, ...seal() })).toThrow(UnknownKey);
  expect(() => openSecrets({ keyRing: stranger, context, ...seal() })).toThrow(ring.activeId);
});

test("after a rotation the old still open, and the new go under the new key", () => {
  expect(openSecrets({ keyRing: rotated, context, ...seal() })).toEqual(secrets);
  const fresh = sealSecrets({ keyRing: rotated, context, secrets });
  expect(rotated.wrappingKeyId(fresh.wrappedKey)).toBe(rotated.activeId);
  expect(rotated.activeId).not.toBe(ring.activeId);
  expect(openSecrets({ keyRing: rotated, context, ...fresh })).toEqual(secrets);
  // A process whose file is gone says which key it lacks.
  expect(() => openSecrets({ keyRing: ring, context, ...fresh })).toThrow(UnknownKey);
});
