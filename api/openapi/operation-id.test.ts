import { expect, it } from "vitest";
import { operationId } from "./operation-id.ts";

it.each([
  ["GET", "/v1/posts", true, "listPosts"],
  ["POST", "/v1/posts", false, "createPost"],
  ["GET", "/v1/posts/{id}", false, "getPost"],
  ["PATCH", "/v1/posts/{id}", false, "updatePost"],
  ["DELETE", "/v1/api-keys/{id}", false, "deleteApiKey"],
  ["DELETE", "/v1/sessions", false, "deleteAllSessions"],
  ["POST", "/v1/posts/{id}/publish-now", false, "publishNowPost"],
  ["GET", "/v1/posts/{id}/metrics", true, "listPostMetrics"],
  ["POST", "/v1/invitations/accept", false, "acceptInvitation"],
  ["POST", "/v1/auth/login", false, "login"],
  ["GET", "/v1/me", false, "getMe"],
  ["POST", "/v1/series", false, "createSeries"],
  ["POST", "/v1/series/preview", false, "previewSeries"],
  ["PUT", "/v1/queues/{channelId}", false, "replaceQueue"],
  ["GET", "/livez", false, "getLivez"],
])("%s %s is called %s, %s", (method, path, isList, name) => {
  expect(operationId({ method, path, isList })).toBe(name);
});
