import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { link, open, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

const Key = z.string().transform((value, context) => {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== 32) context.addIssue("a key is 32 bytes in base64");
  return bytes;
});

const KeyRingFile = z
  .object({
    version: z.literal(1),
    /** Id of the key that wraps and encrypts from now on. */
    active: z.string(),
    keys: z.record(z.string(), Key),
    /** Id of the pepper that new API keys are verified with; peppers are never rotated away, only added. */
    activePepper: z.string(),
    peppers: z.record(z.string(), Key),
  })
  .refine(({ active, keys }) => Object.hasOwn(keys, active), { path: ["active"] })
  .refine(({ activePepper, peppers }) => Object.hasOwn(peppers, activePepper), {
    path: ["activePepper"],
  });
type KeyRingFile = z.infer<typeof KeyRingFile>;

/** The keys of this installation, in memory only. */
export interface KeyRing {
  /** Id of the key that wraps and encrypts from now on. */
  activeId: string;
  /** Throws UnknownKey. */
  key(id: string): Buffer;
  activePepperId: string;
  /** Throws UnknownKey. */
  pepper(id: string): Buffer;
  /** Wraps a 32-byte data key under the active key; the additional data must be given again to unwrap it. */
  wrap(dataKey: Uint8Array, additional: string): string;
  /** Undoes `wrap`. Throws when the key is unknown or anything was changed. */
  unwrap(wrapped: string, additional: string): Buffer;
  /** Id of the key that a wrapped data key needs. */
  wrappingKeyId(wrapped: string): string;
}

export class UnknownKey extends Error {
  override name = "UnknownKey";
  constructor(id: string, options?: ErrorOptions) {
    super(
      `the key ring holds no key ${id}; was KEY_RING_FILE restored from an older copy?`,
      options,
    );
  }
}

/** Stated when opening, because Node otherwise takes a tag that was cut to four bytes, which can be guessed. */
export const authTagLength = 16;

/** Makes the key ring file with mode 0600 unless it exists. Two processes at once make one. */
export async function initKeyRing(path: string): Promise<void> {
  try {
    await stat(path);
    return;
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  const key = newId("k");
  const pepper = newId("p");
  const temporary = await writeTemporary(path, {
    version: 1,
    active: key,
    keys: { [key]: randomBytes(32) },
    activePepper: pepper,
    peppers: { [pepper]: randomBytes(32) },
  });
  try {
    // A link, unlike a rename, does not replace a ring that another process made meanwhile.
    await link(temporary, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    await unlink(temporary);
  }
}

/**
 * Reads the key ring. Throws with what to do when it is absent, readable by others or damaged. A key that it does not
 * know is looked for in the file once more: another process may have rotated meanwhile.
 */
export async function loadKeyRing(path: string): Promise<KeyRing> {
  let file = readKeyRingFile(path);
  const find = (kind: "keys" | "peppers", id: string): Buffer => {
    // Ids come from the database and from histories: "constructor" is none.
    const known = () => (Object.hasOwn(file[kind], id) ? file[kind][id] : undefined);
    const key = known();
    if (key) return key;
    try {
      file = readKeyRingFile(path);
    } catch (error) {
      // What the file is missing is the key: why it can't be read now is the cause.
      throw new UnknownKey(id, { cause: error });
    }
    const added = known();
    if (!added) throw new UnknownKey(id);
    return added;
  };
  const key = (id: string) => find("keys", id);
  return {
    get activeId() {
      return file.active;
    },
    key,
    get activePepperId() {
      return file.activePepper;
    },
    pepper: (id) => find("peppers", id),
    wrap(dataKey, additional) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key(file.active), iv).setAAD(
        Buffer.from(additional),
      );
      const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]);
      return ["w1", file.active, b64(iv), b64(sealed), b64(cipher.getAuthTag())].join(".");
    },
    unwrap(wrapped, additional) {
      const [version, id, iv, sealed, tag] = wrapped.split(".");
      if (version !== "w1" || !id || !iv || !sealed || !tag)
        throw new Error("not a wrapped data key");
      const decipher = createDecipheriv("aes-256-gcm", key(id), Buffer.from(iv, "base64url"), {
        authTagLength,
      });
      decipher.setAAD(Buffer.from(additional)).setAuthTag(Buffer.from(tag, "base64url"));
      return Buffer.concat([decipher.update(Buffer.from(sealed, "base64url")), decipher.final()]);
    },
    wrappingKeyId: (wrapped) => wrapped.split(".")[1] ?? "",
  };
}

/** Adds a fresh key and makes it the active one; the older stay, for what they still open. Returns its id. */
export async function addKey(path: string): Promise<string> {
  const file = readKeyRingFile(path);
  const id = newId("k");
  await replace(path, { ...file, active: id, keys: { ...file.keys, [id]: randomBytes(32) } });
  return id;
}

function readKeyRingFile(path: string): KeyRingFile {
  let text: string;
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new Error(`the key ring ${path} is readable by other users; run chmod 600 on it`);
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      throw new Error(
        `there is no key ring at ${path}; make one with: node scripts/key-ring.ts init`,
      );
    }
    throw error;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    throw new Error(`the key ring ${path} is damaged: it is not JSON; restore it from a backup`);
  }
  const result = KeyRingFile.safeParse(parsed);
  if (!result.success) {
    const where = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new Error(`the key ring ${path} is damaged at ${where}; restore it from a backup`);
  }
  return result.data;
}

async function replace(path: string, file: KeyRingFile): Promise<void> {
  await rename(await writeTemporary(path, file), path);
}

async function writeTemporary(path: string, file: KeyRingFile): Promise<string> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const encode = (keys: Record<string, Buffer>) =>
    Object.fromEntries(Object.entries(keys).map(([id, bytes]) => [id, bytes.toString("base64")]));
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(
      JSON.stringify({ ...file, keys: encode(file.keys), peppers: encode(file.peppers) }, null, 2),
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return temporary;
}

function newId(prefix: string): string {
  return `${prefix}${randomBytes(4).toString("hex")}`;
}

function b64(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
