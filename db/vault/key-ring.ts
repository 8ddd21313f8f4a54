import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
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
    /**
     * What was derived of retired keys for Temporal's payloads, by the retired key's id: it opens older histories, and
     * unwraps no data key.
     */
    retired: z.record(z.string(), Key).default({}),
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
  /** What Temporal's payloads are encrypted under; of a retired key too. Throws UnknownKey. */
  payloadKey(id: string): Buffer;
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
    retired: {},
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
 * Reads the key ring. Throws with what to do when it is absent, readable by others or damaged. Once the file was
 * replaced its new content is used, for a running process must not wrap under a key that another one is rotating away;
 * while it can't be read what was read before stays.
 */
export async function loadKeyRing(path: string): Promise<KeyRing> {
  let read = { version: versionOf(path), file: readKeyRingFile(path) };
  let failure: unknown;
  const current = (): KeyRingFile => {
    const version = versionOf(path);
    if (version === undefined || version === read.version) return read.file;
    try {
      read = { version, file: readKeyRingFile(path) };
      failure = undefined;
    } catch (error) {
      // It is being brought here, or was damaged: the keys that we hold are still those that the database needs.
      failure = error;
    }
    return read.file;
  };
  const find = (kind: "keys" | "peppers", id: string): Buffer => {
    // What is known needs no look at the file, which every request of a program would otherwise take.
    const key = own(read.file[kind], id) ?? own(current()[kind], id);
    // What the file is missing is the key: why it can't be read now is the cause.
    if (!key) throw new UnknownKey(id, { cause: failure });
    return key;
  };
  const key = (id: string) => find("keys", id);
  return {
    get activeId() {
      return current().active;
    },
    key,
    payloadKey(id) {
      const known = own(read.file.keys, id);
      return known ? payloadKeyOf(known) : (own(current().retired, id) ?? payloadKeyOf(key(id)));
    },
    get activePepperId() {
      return current().activePepper;
    },
    pepper: (id) => find("peppers", id),
    wrap(dataKey, additional) {
      const iv = randomBytes(12);
      const { active } = current();
      const cipher = createCipheriv("aes-256-gcm", key(active), iv).setAAD(Buffer.from(additional));
      const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]);
      return ["w1", active, b64(iv), b64(sealed), b64(cipher.getAuthTag())].join(".");
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

/**
 * Removes every key but the active one; what Temporal's older histories need of them stays. Only when nothing is wrapped
 * under them any more. Returns their ids.
 */
export async function retireKeys(path: string): Promise<string[]> {
  const file = readKeyRingFile(path);
  const old = Object.entries(file.keys).filter(([id]) => id !== file.active);
  if (old.length === 0) return [];
  const retired = { ...file.retired };
  for (const [id, key] of old) retired[id] = payloadKeyOf(key);
  const keys = Object.fromEntries(Object.entries(file.keys).filter(([id]) => id === file.active));
  await replace(path, { ...file, keys, retired });
  return old.map(([id]) => id);
}

/** Ids come from the database and from histories: "constructor" is none. */
function own<Value>(record: Record<string, Value>, id: string): Value | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

/** One-way: who holds it can't make the key of it. */
function payloadKeyOf(key: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(hkdfSync("sha256", key, "", "drumbeat/temporal", 32));
}

/** Changes with every replacement of the file; undefined while it can't be looked at. */
function versionOf(path: string): string | undefined {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch {
    return undefined;
  }
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
      JSON.stringify(
        {
          ...file,
          keys: encode(file.keys),
          retired: encode(file.retired),
          peppers: encode(file.peppers),
        },
        null,
        2,
      ),
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
