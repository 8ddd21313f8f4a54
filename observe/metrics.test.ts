import { expect, test } from "vitest";
import {
  countCredits,
  countDecision,
  countRequest,
  countTarget,
  registry,
  timeProviderCall,
} from "./metrics.ts";

const lines = async (name: string) =>
  (await registry.metrics()).split("\n").filter((line) => line.startsWith(name));

test("requests are counted by route and class of status, never by address", async () => {
  countRequest({ method: "GET", route: "/v1/posts/:id", status: 404, seconds: 0.01 });
  countRequest({ method: "GET", route: undefined, status: 200, seconds: 0.01 });
  expect(await lines("drumbeat_http_request_duration_seconds_count")).toEqual([
    'drumbeat_http_request_duration_seconds_count{method="GET",route="/v1/posts/:id",status="4xx"} 1',
    'drumbeat_http_request_duration_seconds_count{method="GET",route="unmatched",status="2xx"} 1',
  ]);
});

test("only outcomes of targets count", async () => {
  for (const status of ["pending", "publishing", "published", "unconfirmed", "cancelled"])
    countTarget({ platform: "sandbox", status });
  expect(await lines("drumbeat_targets_total")).toEqual([
    'drumbeat_targets_total{platform="sandbox",outcome="published"} 1',
    'drumbeat_targets_total{platform="sandbox",outcome="unconfirmed"} 1',
  ]);
});

test("waits, credits and calls are counted by words alone", async () => {
  const createdAt = new Date("2026-11-22T10:00:00Z");
  countDecision({ status: "approved", createdAt }, new Date("2026-11-22T11:00:00Z"));
  countCredits({ provider: "sandbox", credits: 3 });
  const labels = { provider: "sandbox", kind: "text" } as const;
  expect(await timeProviderCall(labels, async () => 7)).toBe(7);
  await expect(
    timeProviderCall(labels, () => Promise.reject(new Error("a quota of the account"))),
  ).rejects.toThrow("a quota");
  expect(await lines("drumbeat_approval_wait_seconds_sum")).toEqual([
    'drumbeat_approval_wait_seconds_sum{decision="approved"} 3600',
  ]);
  expect(await lines("drumbeat_credits_spent_total")).toEqual([
    'drumbeat_credits_spent_total{provider="sandbox"} 3',
  ]);
  expect(await lines("drumbeat_provider_call_duration_seconds_count")).toEqual([
    'drumbeat_provider_call_duration_seconds_count{provider="sandbox",kind="text",outcome="answered"} 1',
    'drumbeat_provider_call_duration_seconds_count{provider="sandbox",kind="text",outcome="failed"} 1',
  ]);
});
