import { createHash } from "node:crypto";

/** The base 32 of record keys, in the order of its digits: https://atproto.com/specs/tid */
const digits = "234567abcdefghijklmnopqrstuvwxyz";

/**
 * The record key of a delivery: a TID, which is microseconds since 1970 and 10 bits that tell writers apart. The
 * milliseconds are those of the claim; what is finer comes from the delivery's id, so that two deliveries that were
 * claimed in the same millisecond still differ. Pure.
 */
export function tidOf(input: { deliveryId: string; claimedAt: Date }): string {
  const hash = createHash("sha256").update(input.deliveryId).digest();
  const microseconds =
    BigInt(input.claimedAt.getTime()) * 1_000n + BigInt(hash.readUInt32BE(0) % 1_000);
  let rest = (microseconds << 10n) | BigInt(hash.readUInt16BE(4) % 1_024);
  let tid = "";
  for (let place = 0; place < 13; place++) {
    tid = digits.charAt(Number(rest & 31n)) + tid;
    rest >>= 5n;
  }
  return tid;
}

/** When the delivery with this record key was claimed. Throws a RangeError for what is no TID. Pure. */
export function dateOfTid(tid: string): Date {
  let value = 0n;
  for (const character of tid) {
    const digit = digits.indexOf(character);
    if (digit < 0) throw new RangeError("This is no TID.");
    value = (value << 5n) | BigInt(digit);
  }
  if (tid.length !== 13 || value >> 63n !== 0n) throw new RangeError("This is no TID.");
  return new Date(Number((value >> 10n) / 1_000n));
}
