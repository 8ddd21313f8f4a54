import { expect, it } from "vitest";
import { decideExpiry, firstKeeping, type Keeping } from "./decide-expiry.ts";

const day = 24 * 60 * 60 * 1000;
const start = new Date("2026-12-01T00:00:00Z");
const at = (days: number) => new Date(start.getTime() + days * day);
const upload = (expiresAt: Date | null): Keeping => ({
  class: "upload",
  neededAt: start,
  expiresAt,
});

it("keeps an upload that nothing needs for 30 days, a rendition for 7, and the library for ever", () => {
  expect(firstKeeping("upload", start)).toEqual({ neededAt: start, expiresAt: at(30) });
  expect(firstKeeping("input", start).expiresAt).toEqual(at(30));
  expect(firstKeeping("output", start).expiresAt).toEqual(at(30));
  expect(firstKeeping("rendition", start).expiresAt).toEqual(at(7));
  expect(firstKeeping("library", start).expiresAt).toBeNull();
  // Looked at again, it is what it was.
  expect(decideExpiry(upload(at(30)), [], at(29)).expiresAt).toEqual(at(30));
});

it("keeps what something needs, however long, and counts from when that ended", () => {
  const held = decideExpiry(upload(at(30)), [{ until: null }, { until: at(3) }], at(29));
  expect(held).toEqual({ neededAt: start, expiresAt: null });
  expect(decideExpiry(upload(null), [{ until: null }], at(400)).expiresAt).toBeNull();
  // Of several the last one counts; what is to end later is still at it.
  const ended = decideExpiry(upload(null), [{ until: at(88) }, { until: at(90) }], at(91));
  expect(ended).toEqual({ neededAt: at(90), expiresAt: at(120) });
  expect(decideExpiry(upload(at(30)), [{ until: at(40) }], at(20)).expiresAt).toBeNull();
});

it("counts a need that began and ended between two looks", () => {
  const expiresAt = decideExpiry(upload(at(30)), [{ until: at(29) }], at(29.5)).expiresAt;
  expect(expiresAt).toEqual(at(59));
  // An older one than it is known to have been needed changes nothing.
  const later = { class: "upload" as const, neededAt: at(10), expiresAt: at(40) };
  expect(decideExpiry(later, [{ until: at(5) }], at(12)).expiresAt).toEqual(at(40));
});

it("counts from now where a need is gone without a word", () => {
  expect(decideExpiry(upload(null), [], at(50))).toEqual({ neededAt: at(50), expiresAt: at(80) });
});
