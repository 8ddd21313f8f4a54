import { createHmac, timingSafeEqual } from "node:crypto";

/** So old, or so far ahead, may a signature be. Seconds. */
const toleranceSeconds = 300;

/**
 * True where one of the header's signatures is the secret's over the time and the body, and was made within 5 minutes.
 * While a secret is being replaced the header holds several.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function verifyStripeSignature(input: {
  /** `Stripe-Signature`: `t=1492774577,v1=…,v1=…` */
  header: string;
  body: Buffer;
  secret: string;
  now: Date;
}): boolean {
  const { header, body, secret, now } = input;
  const parts = header.split(",").map((part) => part.trim().split("="));
  const times = parts.flatMap(([name, value = ""]) => (name === "t" ? [value] : []));
  const [time = ""] = times;
  if (times.length !== 1 || !/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(time)) > toleranceSeconds) return false;
  const expected = createHmac("sha256", secret).update(`${time}.`).update(body).digest();
  return parts.some(([name, value = ""]) => {
    if (name !== "v1" || !/^[0-9a-f]{64}$/.test(value)) return false;
    return timingSafeEqual(Buffer.from(value, "hex"), expected);
  });
}
