import { createActivities as createRealActivities, type ActivityDeps } from "#activities/index.ts";
import type { Platform } from "#platforms/contract.ts";
import type { Provider } from "#providers/contract.ts";
import { createBlindnessOf } from "./blindness.ts";
import { betweenFailpoints, shield } from "./failpoints.ts";
import { withoutLedger } from "./planted-bug.ts";

export type { ActivityDeps } from "#activities/index.ts";

type Activity = (input: never) => Promise<unknown>;

/** The product's activities, with a place to die before and behind each, and around calls to platforms and providers. */
export function createActivities(deps: ActivityDeps): Record<string, Activity> {
  const platforms = new Map([...deps.platforms].map(([name, one]) => [name, withPlaces(one)]));
  const providers = new Map([...deps.providers].map(([name, one]) => [name, startsFail(one)]));
  const failing = { ...deps, platforms, providers };
  const real: Record<string, Activity> = createRealActivities(failing);
  const activities = process.env["CHAOS_PLANTED_BUG"] ? withoutLedger(failing, real) : real;
  const isBlind = createBlindnessOf(deps.orm);
  const entries = Object.entries(activities).map(([name, activity]): [string, Activity] => [
    name,
    async (input) => {
      const run = () => betweenFailpoints(name, () => activity(input));
      return (await isBlind(input)) ? shield(run) : run();
    },
  ]);
  return Object.fromEntries(entries);
}

/** The calls that a delivery makes, each between two places to die: asked and not sent, done and not stored. */
function withPlaces(platform: Platform): Platform {
  const { create, poll, remove, refresh } = platform;
  return {
    ...platform,
    ...(create && {
      create: (...given) => betweenFailpoints("platform's create", () => create(...given)),
    }),
    ...(poll && { poll: (...given) => betweenFailpoints("platform's poll", () => poll(...given)) }),
    publish: (...given) =>
      betweenFailpoints("platform's publish", () => platform.publish(...given)),
    reconcile: (...given) =>
      betweenFailpoints("platform's reconcile", () => platform.reconcile(...given)),
    ...(remove && {
      remove: (...given) => betweenFailpoints("platform's remove", () => remove(...given)),
    }),
    ...(refresh && {
      refresh: (...given) => betweenFailpoints("platform's refresh", () => refresh(...given)),
    }),
  };
}

/** The call that starts a job, between two places to die: asked and not sent, started and its name not stored. */
function startsFail(provider: Provider): Provider {
  const { videoModel } = provider;
  if (!videoModel) return provider;
  return {
    ...provider,
    videoModel(deps, id) {
      const model = videoModel(deps, id);
      const { doStart } = model;
      if (!doStart) return model;
      const own: Pick<typeof model, "doStart"> = {
        doStart: (options) =>
          betweenFailpoints("provider's start", async () => doStart.call(model, options)),
      };
      return Object.assign(Object.create(model) as typeof model, own);
    },
  };
}
