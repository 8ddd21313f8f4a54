import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Problem } from "#domain/errors.ts";

// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const derive = promisify(argon2);

/** Hashes that may run at once: each takes 19 MiB and a thread, and anybody may ask for one. */
const maximumAtOnce = 2;
/** Hashes that may wait for their turn: some seconds of work. Whoever comes beyond is told to come back. */
export const maximumWaiting = 64;
const comeBackSeconds = 5;
let running = 0;
const waiting: (() => void)[] = [];

/** Hashes a password as `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws Problem 429 `too_many_tries` when too many wait. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await tag(password, salt);
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${b64(salt)}$${b64(hash)}`;
}

/**
 * True when the password is the stored one. Without a stored one (no such account) it works as long and says no.
 * Throws Problem 429 `too_many_tries` when too many wait.
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
  await takeTurn();
  try {
    return await derive("argon2id", { message: password.normalize("NFC"), nonce, ...parameters });
  } finally {
    // The place goes straight to whoever waits longest; only an empty line makes it free.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

async function takeTurn(): Promise<void> {
  if (running < maximumAtOnce) {
    running += 1;
    return;
  }
  if (waiting.length >= maximumWaiting) {
    throw new Problem({
      status: 429,
      code: "too_many_tries",
      detail: `Too many people sign in or register just now. Wait ${comeBackSeconds} seconds.`,
      extra: { retryAfter: comeBackSeconds },
    });
  }
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function b64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
