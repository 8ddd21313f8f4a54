import { MockActivityEnvironment } from "@temporalio/testing";
import { DefaultLogger } from "@temporalio/worker";
import type { ActivityDeps } from "#activities/index.ts";
import { discoverPlatforms } from "#platforms/registry.ts";
import { discoverProviders } from "#providers/registry.ts";
import type { TestApi } from "./start-api.ts";

/** What a worker's activities work with, on the database, storage and engine of this API. */
export async function activityDeps(
  api: TestApi,
  overrides: Partial<ActivityDeps> = {},
): Promise<ActivityDeps> {
  return {
    ...api.context,
    platforms: await discoverPlatforms(),
    providers: await discoverProviders(),
    providerCredentials: () => ({}),
    ...overrides,
  };
}

/**
 * Runs one try of an activity, with the heartbeat and the cancellation that it would have in a worker. `info`: which try it
 * is, and what the last one's heartbeat told.
 */
export function runActivity<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  input: Input,
  info: { attempt?: number; heartbeatDetails?: unknown } = {},
): Promise<Result> {
  // A failure is what some of these tests are about: no warning of each.
  const logger = new DefaultLogger("ERROR");
  return new MockActivityEnvironment(info, { logger }).run(activity, input);
}
