import {
  proxyActivities,
  proxyLocalActivities,
  type ActivityFunction,
  type ActivityOptions,
  type LocalActivityOptions,
} from "@temporalio/workflow";

/** Activities by name, each taking one argument at most: the ports of a story. */
type Activities<T> = { [Name in keyof T]: ActivityFunction };

/**
 * The activities of a story with a few words for each, which operators read in the Temporal UI's timeline. A name
 * without words does not compile, so that no step is left unexplained.
 */
export function toldActivities<T extends Activities<T>>(
  options: ActivityOptions,
  words: Record<keyof T & string, string>,
): T {
  const proxies = proxyActivities<Record<string, ActivityFunction>>(options);
  return told(words, (name, summary, args) => proxies[name]?.executeWithOptions({ summary }, args));
}

/**
 * The same for activities that are done where the story is told: short work on our own database, at the cost of one event
 * in the history instead of three and a task.
 */
export function toldLocalActivities<T extends Activities<T>>(
  options: LocalActivityOptions,
  words: Record<keyof T & string, string>,
): T {
  const proxies = proxyLocalActivities<Record<string, ActivityFunction>>(options);
  return told(words, (name, summary, args) =>
    proxies[name]?.executeWithOptions({ ...options, summary }, args),
  );
}

function told<T extends Activities<T>>(
  words: Record<keyof T & string, string>,
  run: (name: string, summary: string, args: unknown[]) => Promise<unknown> | undefined,
): T {
  return Object.fromEntries(
    Object.entries<string>(words).map(([name, summary]) => [
      name,
      (...args: unknown[]) => run(name, summary, args),
    ]),
  ) as T;
}
