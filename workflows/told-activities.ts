import { proxyActivities, type ActivityFunction, type ActivityOptions } from "@temporalio/workflow";

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
  const told = Object.entries<string>(words).map(([name, summary]) => [
    name,
    (...args: unknown[]) => proxies[name]?.executeWithOptions({ summary }, args),
  ]);
  return Object.fromEntries(told) as T;
}
