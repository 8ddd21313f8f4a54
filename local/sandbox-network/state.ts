import type { Draws, FaultKind, FaultOn, FaultSettings } from "./draw-fault.ts";
import type { Verdict } from "./inspect-media.ts";
import { accountDefaults, type Scope } from "./limits.ts";

export interface RateLimit {
  requests: number;
  windowSeconds: number;
}

export interface AccountOptions {
  displayName: string;
  /** Whether publishing takes a client marker. */
  markers: boolean;
  /** Whether own posts can be listed. */
  listing: boolean;
  /** Whether own posts can be deleted. */
  deletable: boolean;
  tokenSeconds: number;
  refreshSeconds: number;
  rateLimit: RateLimit;
  /** For publishing besides, where there is such a limit. */
  publishLimit: RateLimit | null;
}

export interface User extends AccountOptions {
  id: string;
  name: string;
  createdAt: string;
}

export interface Channel {
  id: string;
  user: string;
  kind: "profile" | "page";
  name: string;
  /** `demo` for a profile, `demo/harbor` for a page. */
  handle: string;
}

export interface Code {
  hash: string;
  grantId: string;
  redirectUri: string;
  challenge: string;
  expiresAt: string;
}

/** One authorization of one client by one user; its tokens live and die with it. */
export interface Grant {
  id: string;
  user: string;
  clientId: string;
  scopes: Scope[];
}

interface GrantState extends Grant {
  revoked: boolean;
  codeUsed: boolean;
  /** Newest pair of tokens, counted from 1. */
  latest: number;
  /** Newest pair that its owner has shown to have received, by using it. */
  confirmed: number;
}

export interface TokenPair {
  grantId: string;
  generation: number;
  accessHash: string;
  accessExpiresAt: string;
  refreshHash: string;
  refreshExpiresAt: string;
}

export interface TokenState {
  grant: GrantState;
  generation: number;
  expiresAt: string;
}

export interface MediaInit {
  id: string;
  user: string;
  contentType: string;
  kind: "image" | "video";
  bytes: number;
  sha256?: string;
  createdAt: string;
}

export interface MediaState extends MediaInit {
  received: number;
  chunks: { bytes: number; sha256: string }[];
  finalized?: { at: string; sha256: string; verdict: Verdict };
}

export interface PostMedia {
  id: string;
  kind: "image" | "video";
  contentType: string;
  sha256: string;
  altText: string | null;
}

export interface Post {
  id: string;
  /** Name of the user. */
  account: string;
  channelId: string;
  marker: string | null;
  /** The marker that the client sent, also where the account takes none; nobody but `/_log` shows it. */
  sentMarker: string | null;
  /** Id of the post that this one replies to. */
  replyTo: string | null;
  text: string;
  media: PostMedia[];
  /** Whether its sender said that a model had a part in what it shows. */
  aiGenerated: boolean;
  acceptedAt: string;
}

export interface Deletion {
  /** The post's id. */
  id: string;
  account: string;
  channelId: string;
  at: string;
}

interface PostState extends Post {
  deletedAt?: string;
}

export interface FiredFault {
  at: string;
  on: FaultOn;
  kind: FaultKind;
  account: string | null;
  method: string;
  path: string;
  /** Whether the network did what was asked for. */
  accepted: boolean;
  /** What the caller got to see of it. */
  effect: string;
  /** Of a publish, as it was asked for: null where it was none, or named none. */
  channelId: string | null;
  marker: string | null;
  replyTo: string | null;
  text: string | null;
  /** Id of the post that was accepted or removed, or that was asked to be removed. */
  post: string | null;
  /** Place in the list of faults, and number of the draw, from 0. */
  index: number;
  draw: number;
}

/** What happened, in the words of the journal: the only way in which the state changes. */
export type NetworkEvent =
  | { type: "user.created"; user: User; channels: Channel[] }
  | { type: "user.changed"; user: string; options: Partial<AccountOptions> }
  | { type: "channel.created"; channel: Channel }
  | { type: "code.issued"; code: Code; grant: Grant }
  | { type: "code.used"; grantId: string }
  | { type: "tokens.issued"; tokens: TokenPair }
  | { type: "tokens.confirmed"; grantId: string; generation: number }
  | { type: "tokens.expired"; user: string; at: string }
  | { type: "grant.revoked"; grantId: string }
  | { type: "user.revoked"; user: string }
  | { type: "media.begun"; media: MediaInit }
  | { type: "media.appended"; id: string; bytes: number; sha256: string }
  | { type: "media.finalized"; id: string; at: string; sha256: string; verdict: Verdict }
  | { type: "post.accepted"; post: Post }
  | { type: "post.deleted"; id: string; at: string }
  | { type: "faults.set"; settings: FaultSettings }
  | { type: "fault.fired"; fired: FiredFault };

export interface NetworkState {
  users: Map<string, User>;
  channels: Map<string, Channel>;
  codes: Map<string, Code>;
  grants: Map<string, GrantState>;
  accessTokens: Map<string, TokenState>;
  refreshTokens: Map<string, TokenState>;
  media: Map<string, MediaState>;
  posts: Map<string, PostState>;
  /** Every accepted publish in the order of acceptance; nothing is ever taken out. */
  log: Post[];
  /** Every deletion in order. */
  deletions: Deletion[];
  /** Ids of the replies to each post, in the order of acceptance. */
  replies: Map<string, string[]>;
  /** `<user> <marker>` → post id. */
  markers: Map<string, string>;
  /** Ids of media that some accepted post shows. */
  shownMedia: Map<string, string[]>;
  faultSettings: FaultSettings;
  draws: Draws;
  firedFaults: FiredFault[];
}

export function emptyState(): NetworkState {
  return {
    users: new Map(),
    channels: new Map(),
    codes: new Map(),
    grants: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    media: new Map(),
    posts: new Map(),
    log: [],
    deletions: [],
    replies: new Map(),
    markers: new Map(),
    shownMedia: new Map(),
    faultSettings: { faults: [], seed: 1 },
    draws: [],
    firedFaults: [],
  };
}

const emptyPost = { sentMarker: null, replyTo: null, aiGenerated: false };
const emptyRequest = { channelId: null, marker: null, replyTo: null, text: null, post: null };

export function markerKey(input: { user: string; marker: string }): string {
  return `${input.user} ${input.marker}`;
}

/** Changes `state` by what happened; decides nothing, so that a replay always ends in the same state. */
export function applyEvent(state: NetworkState, event: NetworkEvent): void {
  switch (event.type) {
    case "user.created":
      state.users.set(event.user.name, { ...accountDefaults, ...event.user });
      for (const channel of event.channels) state.channels.set(channel.id, channel);
      break;
    case "user.changed":
      state.users.set(event.user, { ...known(state.users, event.user), ...event.options });
      for (const channel of state.channels.values())
        if (channel.user === event.user && channel.kind === "profile")
          channel.name = event.options.displayName ?? channel.name;
      break;
    case "channel.created":
      state.channels.set(event.channel.id, event.channel);
      break;
    case "code.issued":
      state.codes.set(event.code.hash, event.code);
      state.grants.set(event.grant.id, {
        ...event.grant,
        revoked: false,
        codeUsed: false,
        latest: 0,
        confirmed: 0,
      });
      break;
    case "code.used":
      known(state.grants, event.grantId).codeUsed = true;
      break;
    case "tokens.issued": {
      const { tokens } = event;
      const grant = known(state.grants, tokens.grantId);
      grant.latest = tokens.generation;
      const { generation } = tokens;
      state.accessTokens.set(tokens.accessHash, {
        grant,
        generation,
        expiresAt: tokens.accessExpiresAt,
      });
      state.refreshTokens.set(tokens.refreshHash, {
        grant,
        generation,
        expiresAt: tokens.refreshExpiresAt,
      });
      break;
    }
    case "tokens.confirmed":
      known(state.grants, event.grantId).confirmed = event.generation;
      break;
    case "tokens.expired":
      for (const token of state.accessTokens.values())
        if (token.grant.user === event.user && token.expiresAt > event.at)
          token.expiresAt = event.at;
      break;
    case "grant.revoked":
      known(state.grants, event.grantId).revoked = true;
      break;
    case "user.revoked":
      for (const grant of state.grants.values())
        if (grant.user === event.user) grant.revoked = true;
      break;
    case "media.begun":
      state.media.set(event.media.id, { ...event.media, received: 0, chunks: [] });
      break;
    case "media.appended": {
      const media = known(state.media, event.id);
      media.received += event.bytes;
      media.chunks.push({ bytes: event.bytes, sha256: event.sha256 });
      break;
    }
    case "media.finalized": {
      const { at, sha256, verdict } = event;
      known(state.media, event.id).finalized = { at, sha256, verdict };
      break;
    }
    case "post.accepted": {
      // What was written before there were replies has none; nor does it say who made its media.
      const post = { ...emptyPost, ...event.post };
      state.posts.set(post.id, { ...post });
      state.log.push(post);
      if (post.marker !== null)
        state.markers.set(markerKey({ user: post.account, marker: post.marker }), post.id);
      if (post.replyTo !== null)
        state.replies.set(post.replyTo, [...(state.replies.get(post.replyTo) ?? []), post.id]);
      for (const media of post.media)
        state.shownMedia.set(media.id, [...(state.shownMedia.get(media.id) ?? []), post.id]);
      break;
    }
    case "post.deleted": {
      const { id, at } = event;
      const post = known(state.posts, id);
      post.deletedAt = at;
      state.deletions.push({ id, account: post.account, channelId: post.channelId, at });
      break;
    }
    case "faults.set":
      state.faultSettings = event.settings;
      state.draws = [];
      break;
    case "fault.fired":
      state.firedFaults.push({ ...emptyRequest, ...event.fired });
      // After a restart the sequence goes on behind the last draw that fired.
      state.draws[event.fired.index] = Math.max(
        state.draws[event.fired.index] ?? 0,
        event.fired.draw + 1,
      );
      break;
  }
}

function known<T>(map: Map<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the journal speaks of ${key} before it was made`);
  return value;
}
