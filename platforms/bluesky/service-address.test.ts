import { expect, it } from "vitest";
import {
  defaultServiceOf,
  serviceFromAudience,
  serviceFromDidDoc,
  serviceFromInput,
  serviceOf,
} from "./service-address.ts";

it("serviceOf goes to the account's own server, else to the installation's, else to Bluesky's", () => {
  const app = { baseUrl: "https://pds.example.org/" };
  const data = { service: "https://mine.example.com" };
  expect(serviceOf({ account: { data }, app })).toBe("https://mine.example.com");
  expect(serviceOf({ account: { data: {} }, app })).toBe("https://pds.example.org");
  expect(serviceOf({ account: { data: {} }, app: {} })).toBe("https://bsky.social");
  expect(() => defaultServiceOf({ baseUrl: "pds" })).toThrow(/BLUESKY_BASE_URL/);
});

it.each([
  ["pds.example.com", "https://pds.example.com"],
  ["https://PDS.example.com:8443/", "https://pds.example.com:8443"],
  ["http://localhost:2583", "http://localhost:2583"],
  ["http://127.0.0.1:2583", "http://127.0.0.1:2583"],
  ["http://pds.example.com", undefined],
  ["https://pds.example.com/xrpc", undefined],
  ["https://pds.example.com?x=1", undefined],
  ["https://user@pds.example.com", undefined],
  ["ftp://pds.example.com", undefined],
  ["not an address", undefined],
  ["https://", undefined],
])("serviceFromInput reads %o as %o", (input, service) => {
  expect(serviceFromInput(input)).toBe(service);
});

it.each([
  ["#atproto_pds", "AtprotoPersonalDataServer", "https://a.example", "https://a.example"],
  ["did:plc:a#atproto_pds", "AtprotoPersonalDataServer", "https://a.example", "https://a.example"],
  ["#atproto_pds", "AtprotoPersonalDataServer", "http://a.example", undefined],
  ["#atproto_pds", "AtprotoPersonalDataServer", "a.example", undefined],
  ["#atproto_pds", "AtprotoPersonalDataServer", { uri: "https://a.example" }, undefined],
  ["#atproto_labeler", "AtprotoLabeler", "https://a.example", undefined],
])("serviceFromDidDoc reads %o %o %o as %o", (id, type, serviceEndpoint, service) => {
  expect(serviceFromDidDoc({ id: "did:plc:a", service: [{ id, type, serviceEndpoint }] })).toBe(
    service,
  );
});

it("serviceFromDidDoc finds nothing in what is no document", () => {
  for (const other of [undefined, null, "x", {}, { service: {} }])
    expect(serviceFromDidDoc(other)).toBeUndefined();
});

it.each([
  ["did:web:bsky.social", "https://bsky.social"],
  ["did:web:localhost%3A2583", "http://localhost:2583"],
  ["did:web:pds.example.com%3A8443", "https://pds.example.com:8443"],
  ["did:web:example.com:users:alice", undefined],
  ["did:web:evil.example%2F..%2F", undefined],
  ["did:plc:aaaa", undefined],
  [undefined, undefined],
])("serviceFromAudience reads %o as %o", (audience, service) => {
  expect(serviceFromAudience(audience)).toBe(service);
});
