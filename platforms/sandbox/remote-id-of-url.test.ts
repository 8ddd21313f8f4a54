import { expect, it } from "vitest";
import { remoteIdOfUrl } from "./remote-id-of-url.ts";

const account = { remoteId: "user_1", handle: "alice", data: {} };
const app = { baseUrl: "http://127.0.0.1:4500/network/" };
const named = (url: string) => remoteIdOfUrl(url, account, app);

it.each([
  "http://127.0.0.1:4500/network/@alice/posts/post_1",
  "http://127.0.0.1:4500/network/@alice/harbor-news/posts/post_1",
  " http://127.0.0.1:4500/network/@alice/posts/post_1/?x=y#z ",
])("knows %s", (url) => {
  expect(named(url)).toBe("post_1");
});

it.each([
  "",
  "post_1",
  "http://127.0.0.1:4501/network/@alice/posts/post_1",
  "https://127.0.0.1:4500/network/@alice/posts/post_1",
  "http://127.0.0.1:4500/@alice/posts/post_1",
  "http://127.0.0.1:4500/network/@bob/posts/post_1",
  "http://127.0.0.1:4500/network/@bob/alice/posts/post_1",
  // Nobody's: the short address does not say whose post it is.
  "http://127.0.0.1:4500/network/posts/post_1",
  "http://127.0.0.1:4500/network/@alice/posts/post_1/more",
  "http://127.0.0.1:4500/network/@alice/posts/",
  "http://127.0.0.1:4500/network/@alice/posts/a%2Fb",
])("refuses %j", (url) => {
  expect(named(url)).toBeUndefined();
});

it("knows nothing without the network's address or the account's name", () => {
  const url = "http://127.0.0.1:4500/network/@undefined/posts/post_1";
  expect(remoteIdOfUrl(url, account, {})).toBeUndefined();
  expect(remoteIdOfUrl(url, { remoteId: "user_1", data: {} }, app)).toBeUndefined();
});
