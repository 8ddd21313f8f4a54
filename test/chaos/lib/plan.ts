import { createRandom, type Random } from "./random.ts";
import type { LinkHarm, LinkName } from "./links.ts";

/** An account of the sandbox network, and what can be read of it afterwards. */
export interface PlannedAccount {
  user: string;
  markers: boolean;
  listing: boolean;
  /** Posts here carry an image, which the network takes a while to process. */
  images: boolean;
}

export const accounts: readonly PlannedAccount[] = [
  ...["ada", "bo", "cleo", "dan"].map((user) => ({
    user,
    markers: true,
    listing: true,
    images: false,
  })),
  { user: "eve", markers: true, listing: true, images: true },
  { user: "fay", markers: false, listing: true, images: false },
  { user: "gus", markers: false, listing: true, images: false },
  { user: "hal", markers: false, listing: false, images: false },
];

/** What a person does to a post, in milliseconds from the beginning. */
export type Deed = { at: number } & (
  | { kind: "edit" | "publish-now" | "cancel" }
  /** Takes what the post is then. */
  | { kind: "reschedule"; to: number }
);

export interface PlannedPost {
  number: number;
  accounts: PlannedAccount[];
  /** Texts in a row: the post and what hangs on to it. */
  parts: number;
  at: number;
  /** Absent: at once. */
  due?: number;
  approval: "none" | "approve" | "reject";
  /** How long the person who decides takes. */
  decideAfter: number;
  deeds: Deed[];
}

export type Victim = "api" | "worker" | "mediaWorker";

export type Disruption = { at: number } & (
  | { kind: "kill"; victim: Victim; way: "any moment" | "failpoint" }
  | { kind: "restart"; what: "postgres"; how: "fast" | "kill" }
  | { kind: "restart"; what: "temporal" }
  | { kind: "link"; link: LinkName; harm: LinkHarm; forMs: number }
  | { kind: "expire tokens"; user: string }
);

/** A fault as the network takes it: see local/sandbox-network/README.md. */
export interface Fault {
  on: "publish" | "read" | "token" | "upload";
  kind: string;
  probability: number;
  account?: string;
  retryAfter?: number;
}

export interface Plan {
  posts: PlannedPost[];
  disruptions: Disruption[];
  /** The faults of the network from then on. */
  weather: { at: number; faults: Fault[] }[];
  /** When people and faults have had their say, in milliseconds from the beginning. */
  lasts: number;
}

/** What happens in a run, drawn from its seed alone. */
export function planRun(options: {
  posts: number;
  seed: number;
  kills: number;
  lasts: number;
}): Plan {
  const random = createRandom(`chaos ${options.seed}`);
  const { lasts } = options;
  const crowded = [0.3, 0.5, 0.7].map((part) => Math.floor((lasts * part) / 1_000) * 1_000);
  return {
    lasts,
    posts: Array.from({ length: options.posts }, (_, index) =>
      planPost({ random: random.fork(`post ${index}`), number: index + 1, lasts, crowded }),
    ).toSorted((one, other) => one.at - other.at),
    disruptions: planDisruptions(random.fork("disruptions"), options),
    weather: planWeather(random.fork("weather"), lasts),
  };
}

function planPost(input: {
  random: Random;
  number: number;
  lasts: number;
  /** Moments at which many are due. */
  crowded: number[];
}): PlannedPost {
  const { random, number, lasts, crowded } = input;
  const account = pickAccount(random);
  const blind = !account.markers && !account.listing;
  const second =
    account.images || blind || !random.chance(0.1) ? [] : [pickReadable(random, account)];
  const at = random.between(0, lasts * 0.85);
  const crowd = crowded.find((one) => one > at + 3_000);
  const due =
    crowd !== undefined && random.chance(0.15)
      ? crowd
      : Math.min(lasts, at + random.between(4_000, 25_000));
  const now = !blind && random.chance(0.08);
  const draw = random.next();
  const approval = draw < 0.05 ? "reject" : draw < 0.35 ? "approve" : "none";
  return {
    number,
    accounts: [account, ...second],
    parts: !account.images && second.length === 0 && random.chance(0.1) ? 3 : 1,
    at,
    ...(now ? {} : { due }),
    approval,
    decideAfter: random.between(500, 12_000),
    deeds: now ? [] : planDeeds(random, at, due),
  };
}

function pickAccount(random: Random): PlannedAccount {
  const draw = random.next();
  if (draw < 0.06) return random.pick(accounts.filter((one) => !one.listing));
  if (draw < 0.14) return random.pick(accounts.filter((one) => one.images));
  if (draw < 0.3) return random.pick(accounts.filter((one) => !one.markers && one.listing));
  return random.pick(accounts.filter((one) => one.markers && !one.images));
}

function pickReadable(random: Random, other: PlannedAccount): PlannedAccount {
  return random.pick(accounts.filter((one) => one !== other && !one.images && one.listing));
}

/** Changes of mind: far from the due time, and right at it. */
function planDeeds(random: Random, at: number, due: number): Deed[] {
  const early = () => at + random.between(500, Math.max(600, due - at - 1_500));
  const atDue = () => due + random.between(-1_500, 1_500);
  const when = () => (random.chance(0.5) ? early() : atDue());
  const draw = random.next();
  if (draw < 0.12) return [{ kind: "edit", at: when() }];
  if (draw < 0.2)
    return [{ kind: "reschedule", at: when(), to: due + random.between(2_000, 9_000) }];
  if (draw < 0.27) return [{ kind: "reschedule", at: early(), to: due - random.between(0, 2_000) }];
  if (draw < 0.33) return [{ kind: "publish-now", at: early() }];
  if (draw < 0.36) return [{ kind: "cancel", at: early() }];
  if (draw < 0.41) return [{ kind: "cancel", at: atDue() }];
  if (draw < 0.48) {
    const first = early();
    return [
      { kind: "edit", at: first },
      {
        kind: "reschedule",
        at: first + random.between(0, 300),
        to: due + random.between(0, 4_000),
      },
      { kind: "edit", at: first + random.between(300, 2_000) },
    ];
  }
  return [];
}

function planDisruptions(
  random: Random,
  { kills, lasts }: { kills: number; lasts: number },
): Disruption[] {
  const planned: Disruption[] = [];
  const from = 4_000;
  const every = (count: number, make: (at: number) => Disruption) => {
    for (let index = 0; index < count; index += 1)
      planned.push(make(from + ((index + random.next()) * (lasts - from)) / count));
  };
  every(kills, (at) => ({
    at,
    kind: "kill",
    victim: random.pick(["worker", "worker", "worker", "api", "api", "mediaWorker"] as const),
    way: random.chance(0.6) ? "failpoint" : "any moment",
  }));
  every(Math.max(2, Math.round(kills / 12)), (at) => ({
    at,
    kind: "restart",
    what: "postgres",
    how: random.pick(["fast", "kill"] as const),
  }));
  every(Math.max(2, Math.round(kills / 12)), (at) => ({ at, kind: "restart", what: "temporal" }));
  every(Math.max(6, Math.round(kills / 4)), (at) => ({
    at,
    kind: "link",
    link: random.pick(["database", "temporal", "sandbox"] as const),
    harm: random.pick(["cut", "slow", "narrow"] as const),
    forMs: random.between(500, 3_000),
  }));
  every(Math.max(3, Math.round(kills / 10)), (at) => ({
    at,
    kind: "expire tokens",
    user: random.pick(accounts).user,
  }));
  return planned.toSorted((one, other) => one.at - other.at);
}

/** Each a few seconds of one kind of weather; accept-then-drop above all. */
const weathers: readonly Fault[][] = [
  [],
  [{ on: "publish", kind: "drop", probability: 0.4 }],
  [
    { on: "publish", kind: "drop", probability: 0.5 },
    { on: "read", kind: "500", probability: 0.4 },
  ],
  [
    { on: "publish", kind: "accept500", probability: 0.4 },
    { on: "read", kind: "drop", probability: 0.3 },
  ],
  [{ on: "publish", kind: "drop", probability: 0.4, retryAfter: 1 }],
  [{ on: "publish", kind: "429", probability: 0.5, retryAfter: 2 }],
  [
    { on: "publish", kind: "500", probability: 0.5 },
    { on: "read", kind: "429", probability: 0.4, retryAfter: 1 },
  ],
  [
    { on: "publish", kind: "slow", probability: 0.4, retryAfter: 2 },
    { on: "read", kind: "slow", probability: 0.3, retryAfter: 1 },
  ],
  [{ on: "publish", kind: "reject", probability: 0.12 }],
  [{ on: "publish", kind: "hang", probability: 0.06 }],
  [
    { on: "token", kind: "500", probability: 0.6 },
    { on: "publish", kind: "drop", probability: 0.2 },
  ],
  [
    { on: "token", kind: "drop", probability: 0.5 },
    { on: "token", kind: "429", probability: 0.5, retryAfter: 1 },
  ],
  [
    { on: "upload", kind: "500", probability: 0.5 },
    { on: "upload", kind: "drop", probability: 0.5 },
  ],
  [
    { on: "upload", kind: "accept500", probability: 0.4 },
    { on: "upload", kind: "429", probability: 0.4, retryAfter: 1 },
    { on: "publish", kind: "drop", probability: 0.2 },
  ],
  [{ on: "publish", kind: "revoke", probability: 0.05 }],
  [{ on: "token", kind: "reject", probability: 0.3 }],
];

function planWeather(random: Random, lasts: number): Plan["weather"] {
  const planned: Plan["weather"] = [];
  let deck: Fault[][] = [];
  for (let at = 2_000; at < lasts; at += random.between(3_000, 6_000)) {
    // Every kind once before any comes again.
    if (deck.length === 0) deck = [...weathers];
    const drawn = random.pick(deck);
    deck = deck.filter((one) => one !== drawn);
    planned.push({ at, faults: drawn });
  }
  return planned;
}
