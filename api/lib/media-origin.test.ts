import { expect, test } from "vitest";
import { mediaOriginOf } from "./media-origin.ts";

test.each([
  ["http://127.0.0.1:8080", undefined, "http://localhost:8080"],
  ["http://localhost:8080", undefined, "http://127.0.0.1:8080"],
  ["http://[::1]:8080", undefined, "http://localhost:8080"],
  ["http://127.0.0.1", undefined, "http://localhost"],
  ["http://192.168.1.5:8080", undefined, "http://192.168.1.5:8080"],
  ["https://drumbeat.example", undefined, "https://drumbeat.example"],
  // A certificate for one name does for no other.
  ["https://localhost:8443", undefined, "https://localhost:8443"],
  ["https://drumbeat.example", "https://media.example", "https://media.example"],
])("people at %s, MEDIA_ORIGIN=%s: %s", (publicUrl, mediaOrigin, expected) => {
  expect(mediaOriginOf({ publicUrl, mediaOrigin })).toBe(expected);
});
