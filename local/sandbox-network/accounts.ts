import { z } from "zod";
import { accountDefaults } from "./limits.ts";
import type { Network } from "./network.ts";
import { Refusal } from "./refusal.ts";
import { newId } from "./secret.ts";
import type { AccountOptions, Channel, User } from "./state.ts";

export const UserName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "1 to 64 of letters, digits, dot, dash and underscore",
  );

const PageName = z.string().trim().min(1).max(60);

const RateLimit = z.strictObject({
  requests: z.int().min(0).max(1_000_000),
  windowSeconds: z.number().min(1).max(86_400),
});

export const AccountChange = z.strictObject({
  displayName: z.string().trim().min(1).max(60).optional(),
  markers: z.boolean().optional(),
  listing: z.boolean().optional(),
  deletable: z.boolean().optional(),
  tokenSeconds: z.number().min(0).max(31_536_000).optional(),
  refreshSeconds: z.number().min(0).max(31_536_000).optional(),
  rateLimit: RateLimit.optional(),
  publishLimit: RateLimit.nullable().optional(),
});
export type AccountChange = z.infer<typeof AccountChange>;

/** How many pages, or their names. */
export const Pages = z.union([z.int().min(0).max(10), z.array(PageName).max(10)]);
export type Pages = z.infer<typeof Pages>;

/** Makes the account, or changes the one that is there. Pages are only ever added. */
export function putAccount(input: {
  network: Network;
  name: string;
  change: AccountChange;
  pages?: Pages;
}): {
  user: User;
  created: boolean;
} {
  const { network, name, change } = input;
  const existing = network.state.users.get(name);
  if (existing !== undefined) {
    const options = given(change);
    if (Object.keys(options).length > 0)
      network.record({ type: "user.changed", user: name, options });
    const owned = channelsOf({ network, user: name }).filter((channel) => channel.kind === "page");
    for (const channel of newPages({
      user: { ...existing, ...options },
      pages: input.pages ?? [],
      owned,
    }))
      network.record({ type: "channel.created", channel });
    return { user: account({ network, name }), created: false };
  }

  const user: User = {
    ...accountDefaults,
    tokenSeconds: network.tokenSeconds,
    displayName: name,
    ...given(change),
    id: newId("user"),
    name,
    createdAt: network.now().toISOString(),
  };
  const profile: Channel = {
    id: newId("profile"),
    user: name,
    kind: "profile",
    name: user.displayName,
    handle: name,
  };
  const channels = [profile, ...newPages({ user, pages: input.pages ?? 1, owned: [] })];
  network.record({ type: "user.created", user, channels });
  return { user, created: true };
}

/** Throws 404 when there is no such account. */
export function account(input: { network: Network; name: string }): User {
  const user = input.network.state.users.get(input.name);
  if (user === undefined)
    throw new Refusal("There is no such account.", { status: 404, code: "not_found" });
  return user;
}

/** The profile first, then the pages in the order in which they were made. */
export function channelsOf(input: { network: Network; user: string }): Channel[] {
  return [...input.network.state.channels.values()].filter(
    (channel) => channel.user === input.user,
  );
}

export function channelByHandle(input: { network: Network; handle: string }): Channel | undefined {
  for (const channel of input.network.state.channels.values())
    if (channel.handle === input.handle) return channel;
  return undefined;
}

function newPages(input: { user: User; pages: Pages; owned: Channel[] }): Channel[] {
  const { user, pages, owned } = input;
  const names =
    typeof pages === "number"
      ? Array.from({ length: pages }, (_, index) =>
          index === 0 ? `${user.displayName}'s page` : `${user.displayName}'s page ${index + 1}`,
        )
      : pages;
  const taken = new Set(owned.map((page) => page.handle));
  const kept = new Set(owned.map((page) => page.name));
  return names
    .filter((name) => !kept.has(name))
    .map((name, index) => {
      const slug = typeof pages === "number" ? `page-${index + 1}` : slugOf(name);
      let handle = `${user.name}/${slug}`;
      for (let number = 2; taken.has(handle); number++) handle = `${user.name}/${slug}-${number}`;
      taken.add(handle);
      return { id: newId("page"), user: user.name, kind: "page", name, handle };
    });
}

function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug || "page";
}

function given(change: AccountChange): Partial<AccountOptions> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
