import { createHmac } from "node:crypto";
import { expect, it, test } from "vitest";
import { verifyStripeSignature } from "./verify-stripe-signature.ts";

const secret = "whsec_test";
const body = Buffer.from('{"id": "evt_1"}');
const now = new Date("2027-01-15T12:00:00Z");
const seconds = now.getTime() / 1000;
const sign = (time: number | string, of: Buffer = body, by = secret) =>
  createHmac("sha256", by).update(`${time}.${of.toString()}`).digest("hex");
const verify = (header: string, more: { body?: Buffer; now?: Date } = {}) =>
  verifyStripeSignature({ header, body, secret, now, ...more });

it("takes what the secret signed", () => {
  expect(verify(`t=${seconds},v1=${sign(seconds)}`)).toBe(true);
  expect(verify(`t=${seconds}, v1=${sign(seconds)}, v0=${sign("x")}`)).toBe(true);
});

it("takes one good signature among others: the secret is being replaced", () => {
  const old = sign(seconds, body, "whsec_old");
  expect(verify(`t=${seconds},v1=${old},v1=${sign(seconds)}`)).toBe(true);
});

it("takes what is five minutes old or ahead, and nothing beyond", () => {
  for (const offset of [-300, 300])
    expect(verify(`t=${seconds + offset},v1=${sign(seconds + offset)}`)).toBe(true);
  for (const offset of [-301, 301, -1e9])
    expect(verify(`t=${seconds + offset},v1=${sign(seconds + offset)}`)).toBe(false);
});

test.each([
  ["", "nothing"],
  [`t=${seconds}`, "no signature"],
  [`v1=${sign(seconds)}`, "no time"],
  [`t=${seconds},v0=${sign(seconds)}`, "another scheme"],
  [`t=${seconds},v1=${sign(seconds, body, "whsec_other")}`, "another secret"],
  [`t=${seconds},v1=${sign(seconds, Buffer.from("{}"))}`, "another body"],
  [`t=${seconds},v1=${sign(seconds - 1)}`, "another time"],
  [`t=${seconds},v1=${sign(seconds).toUpperCase()}`, "not as hex is written there"],
  [`t=${seconds},v1=${sign(seconds).slice(2)}`, "a part"],
  [`t=${seconds},v1=`, "an empty one"],
  [`t=${seconds},t=${seconds - 1},v1=${sign(seconds)}`, "two times"],
  ["t=NaN,v1=x", "no number"],
  [`t=-${seconds},v1=${sign(`-${seconds}`)}`, "a time before all time"],
])("refuses %s (%s)", (header) => {
  expect(verify(header)).toBe(false);
});

it("refuses a body that was changed by a space", () => {
  const header = `t=${seconds},v1=${sign(seconds)}`;
  expect(verify(header, { body: Buffer.from('{"id":"evt_1"}') })).toBe(false);
});
