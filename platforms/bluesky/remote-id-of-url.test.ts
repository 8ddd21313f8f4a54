import { expect, it } from "vitest";
import { remoteIdOfUrl } from "./remote-id-of-url.ts";

const did = "did:plc:wpqv4gjqgfkidmbnhd2hpmd4";
const account = { remoteId: did, handle: "Alice.example", data: {} };
const remoteId = `at://${did}/app.bsky.feed.post/3mfyi6cnefel6`;

it.each([
  `https://bsky.app/profile/${did}/post/3mfyi6cnefel6`,
  `https://bsky.app/profile/${encodeURIComponent(did)}/post/3mfyi6cnefel6`,
  "https://bsky.app/profile/alice.example/post/3mfyi6cnefel6",
  "https://bsky.app/profile/ALICE.example/post/3mfyi6cnefel6/?ref=x#y",
  " https://BSKY.app/profile/alice.example/post/3mfyi6cnefel6\n",
])("knows %s", (url) => {
  expect(remoteIdOfUrl(url, account)).toBe(remoteId);
});

it.each([
  "",
  "3mfyi6cnefel6",
  remoteId,
  "http://bsky.app/profile/alice.example/post/3mfyi6cnefel6",
  "https://bsky.app.evil.example/profile/alice.example/post/3mfyi6cnefel6",
  "https://bsky.app@evil.example/profile/alice.example/post/3mfyi6cnefel6",
  "https://bsky.app:444/profile/alice.example/post/3mfyi6cnefel6",
  "https://bsky.app/profile/bob.example/post/3mfyi6cnefel6",
  "https://bsky.app/profile/did:plc:another/post/3mfyi6cnefel6",
  "https://bsky.app/profile/alice.example",
  "https://bsky.app/profile/alice.example/post/",
  "https://bsky.app/profile/alice.example/post/3mfyi6cnefel6/liked-by",
  "https://bsky.app/profile/alice.example/post/a%2Fb",
  "https://bsky.app/profile/alice.example/post/%E0%A4%A",
  "https://bsky.app/profile/alice.example/feed/3mfyi6cnefel6",
  "https://bsky.app/profile//post/3mfyi6cnefel6",
])("refuses %j", (url) => {
  expect(remoteIdOfUrl(url, account)).toBeUndefined();
});

it("takes the DID alone where no handle is known", () => {
  const nameless = { remoteId: did, data: {} };
  expect(remoteIdOfUrl(`https://bsky.app/profile/${did}/post/x`, nameless)).toBeDefined();
  expect(remoteIdOfUrl("https://bsky.app/profile/undefined/post/x", nameless)).toBeUndefined();
});
