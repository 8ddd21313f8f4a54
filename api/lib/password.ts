import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const derive = promisify(argon2);

/** Hashes that may run at once: each takes 19 MiB and a thread, and anybody may ask for one. */
const maximumAtOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Hashes a password as `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await tag(password, salt);
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${b64(salt)}$${b64(hash)}`;
}

/**
 * True when the password is the stored one. Without a stored one (no such account) it works as long and says no.
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  const [, , , , salt, hash] = (stored ?? "$$$$$").split("$");
  const actual = await tag(password, salt ? Buffer.from(salt, "base64") : Buffer.alloc(16));
  const expected = hash ? Buffer.from(hash, "base64") : Buffer.alloc(32);
  return expected.length === actual.length && timingSafeEqual(expected, actual) && Boolean(stored);
}

async function tag(password: string, nonce: Buffer): Promise<Buffer> {
  if (running >= maximumAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await derive("argon2id", { message: password.normalize("NFC"), nonce, ...parameters });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function b64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
