/**
 * What a social platform is to Drumbeat. One folder per platform:
 *
 *   platforms/<name>/manifest.ts  exports `manifest: PlatformManifest`   (data; read by the API and the console)
 *   platforms/<name>/connect.ts   exports `connect: PlatformConnect`     (authorization; read by the API)
 *   platforms/<name>/index.ts     exports `platform: Platform`           (everything; read by activities)
 *
 * A folder is found by `platforms/registry.ts`; nothing else names it.
 */
import type { z } from "zod";

export type ImageFormat = "jpeg" | "png" | "webp" | "avif";

export interface ImageLimits {
  /** How many images one post may carry. */
  maxCount: number;
  /** What the platform takes; JPEG and PNG are preferred where they look no worse. */
  formats: ImageFormat[];
  maxBytes: number;
  /** Pixels. */
  maxWidth: number;
  maxHeight: number;
  /** Width divided by height; outside, the image is cropped to the nearest allowed ratio. */
  minRatio?: number;
  maxRatio?: number;
  /** Whether the images of one post must all have the ratio of the first. */
  sameRatio?: boolean;
}

export interface VideoLimits {
  maxCount: number;
  maxBytes: number;
  minSeconds?: number;
  maxSeconds: number;
  maxWidth: number;
  maxHeight: number;
  /** Width divided by height; outside, the video is made to fill the nearest allowed ratio. */
  minRatio?: number;
  maxRatio?: number;
  /**
   * How: `pad` (default) with black bars; `blur`: whole, on a blurred picture of itself, as upright networks like it;
   * `crop`: what is beyond the middle is cut off.
   */
  fill?: "pad" | "blur" | "crop";
}

export interface PlatformLimits {
  text: {
    max: number;
    unit: "graphemes" | "codepoints" | "utf16";
    maxBytes?: number;
    titleMax?: number;
  };
  /** Characters of an image's or video's description. */
  altTextMax: number;
  images?: ImageLimits;
  video?: VideoLimits;
  /** Whether a post must carry text, media or either. */
  requires: "text" | "media" | "either";
  /** ISO date on which these numbers were read at `source`. */
  checkedAt: string;
  source: string;
}

export interface CredentialField {
  name: string;
  label: string;
  help?: string;
  secret: boolean;
  required: boolean;
}

export type PartKind = "thread" | "comment";

/** So many publishing calls of one account within a window. */
export interface AccountRate {
  /** A word for people, such as `posts per day`. */
  name: string;
  requests: number;
  windowSeconds: number;
  /** ISO date on which it was read at `source`. */
  checkedAt: string;
  source: string;
}

export interface PlatformManifest {
  /** The folder's name; the word in the API. */
  name: string;
  title: string;
  /** False for the offline sandbox. Output of offline models never goes to a real platform unasked. */
  real: boolean;
  auth: { kind: "oauth2"; scopes: string[] } | { kind: "credentials"; fields: CredentialField[] };
  /** True where access can be renewed without a person: the platform then has `refresh`. */
  refreshable: boolean;
  limits: PlatformLimits;
  /** Platform-specific settings of a target; strict, so that a mistyped name is refused. */
  settings: z.ZodType;
  /** Whether the platform asks to be told of media that models made. It is told by itself: nobody has to think of it. */
  aiDisclosure?: boolean;
  /**
   * Which steps a delivery takes besides `publish`. `media`: only where there is media, so that a text costs one call.
   */
  steps: {
    create: boolean | "media";
    poll: boolean | "media";
    confirm: boolean;
    reconcile: boolean;
    /** Whether what is out can be taken down: the platform then has `remove`. */
    remove: boolean;
  };
  /** Further parts of a post: a thread goes on under its last part, a comment stands under the post. Absent: none. */
  parts?: { kinds: PartKind[]; max: number };
  /** What the platform allows one account, as far as it is known. Kept ahead of its own refusals. */
  rates?: AccountRate[];
  /**
   * The remote id that a public address of a post names, for a person who found it there. Undefined when it is no such
   * address, or of another account. Pure.
   */
  remoteIdOfUrl?(
    url: string,
    account: { remoteId: string; handle?: string; data: AccountData },
    app: PlatformApp,
  ): string | undefined;
  /** Normalised names of the metrics it reports (views, likes, comments, shares, reposts, quotes, …). */
  metrics: string[];
}

/** Secrets of a connection, as sealed and opened by the vault; strings only. Never logged, never in a payload. */
export type Secrets = Record<string, string>;

/** Facts of a connection that are no secrets (account id, service address, …); strings only. */
export type AccountData = Record<string, string>;

export interface ChannelFacts {
  remoteId: string;
  kind: string;
  name: string;
  handle?: string;
  url?: string;
  avatarUrl?: string;
}

/** What an authorization or a refresh gives back. */
export interface Authorized {
  account: { remoteId: string; name: string; handle?: string; data: AccountData };
  secrets: Secrets;
  /** When the access secret stops working, if the platform says so. */
  expiresAt?: Date;
  /** When not even a refresh will help any more, if known. */
  refreshExpiresAt?: Date;
  scopes: string[];
}

/** Injected into every call, so that the same code meets a simulator, a real server and production. */
export interface PlatformDeps {
  /** Guarded against private addresses and redirects; obeys `signal`. */
  fetch: typeof fetch;
  now: () => Date;
  /** Settings of this installation for the platform: base address, client id and secret. */
  app: PlatformApp;
}

/** What an operator configures per platform, by environment: `<NAME>_BASE_URL`, `<NAME>_CLIENT_ID`, `<NAME>_CLIENT_SECRET`. */
export interface PlatformApp {
  baseUrl?: string;
  clientId?: string;
  clientSecret?: string;
}

export interface OAuthBegin {
  /** Where to send the person; carries state and PKCE challenge. */
  authorizationUrl: string;
}

/** Authorization of a connection. A platform has `oauth` or `credentials`, as its manifest says. */
export interface PlatformConnect {
  oauth?: {
    begin(
      deps: PlatformDeps,
      input: { redirectUri: string; state: string; codeChallenge: string },
    ): Promise<OAuthBegin> | OAuthBegin;
    /** Exchanges the code. Throws PlatformError (`reject` for a refused code, `retry` for a passing fault). */
    exchange(
      deps: PlatformDeps,
      input: { redirectUri: string; code: string; codeVerifier: string; signal: AbortSignal },
    ): Promise<Authorized>;
  };
  credentials?: {
    /** Tries the credentials. Throws PlatformError `reject` when they are wrong. */
    verify(
      deps: PlatformDeps,
      input: { credentials: Secrets; signal: AbortSignal },
    ): Promise<Authorized>;
  };
  /** Reads the channels that this authorization may publish to. */
  channels(
    deps: PlatformDeps,
    input: { account: Authorized["account"]; secrets: Secrets; signal: AbortSignal },
  ): Promise<ChannelFacts[]>;
}

/** One media file, ready to send: already a rendition within the manifest's limits. */
export interface MediaPart {
  renditionId: string;
  kind: "image" | "video";
  contentType: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  width: number;
  height: number;
  durationSeconds?: number;
  altText?: string;
  /** Opens a fresh stream of the bytes, from `start`, `length` bytes long. */
  open(range?: { start: number; length: number }): Promise<ReadableStream<Uint8Array>>;
}

/** Exactly what goes out to one channel. */
export interface OutgoingPost {
  text: string;
  title?: string;
  media: MediaPart[];
  /** Parsed by the manifest's `settings`. */
  settings: Record<string, unknown>;
  /** A model made some of its media, or had a part in it: for platforms that ask (`aiDisclosure`). */
  aiGenerated?: boolean;
  /** Present for every part but the first. */
  place?: PlaceOfPart;
}

/** What `create` left at the platform (upload ids, container ids): JSON, no secrets; stored with the delivery. */
export type Created = Record<string, unknown>;

export interface CallContext extends PlatformDeps {
  secrets: Secrets;
  account: { remoteId: string; data: AccountData };
  channel: { remoteId: string; kind: string };
  signal: AbortSignal;
  /** Long uploads report what is done, 0…1. */
  progress?: (fraction: number) => void;
}

export interface Published {
  remoteId: string;
  remoteUrl?: string;
  /** What a later part needs to know of it besides its id (a content id, a thread's id); strings only. */
  data?: Record<string, string>;
}

/** A part that is out, as a later one refers to it. */
export type PublishedPart = Pick<Published, "remoteId" | "data">;

/** Where a further part hangs: under `parent`, in the thread that `root` began. */
export interface PlaceOfPart {
  kind: PartKind;
  root: PublishedPart;
  parent: PublishedPart;
}

export type Reconciled =
  | ({ outcome: "present" } & Published)
  | { outcome: "absent" }
  | { outcome: "unprovable"; reason: string };

/** Normalised metric name → value. A metric that the platform did not report is missing, not 0. */
export type Metrics = Record<string, number>;

export interface Platform {
  manifest: PlatformManifest;
  connect: PlatformConnect;
  /**
   * The client marker of a delivery, chosen before anything is sent and stored with its row; pure.
   * Platforms that take no marker still get one, for our own books.
   */
  marker(input: { deliveryId: string; claimedAt: Date }): string;
  /** Uploads media and makes containers. Nothing becomes visible; may be repeated. */
  create?(ctx: CallContext, post: OutgoingPost): Promise<Created>;
  /** Asks whether what was created is ready to publish. */
  poll?(
    ctx: CallContext,
    created: Created,
  ): Promise<{ state: "ready" } | { state: "processing"; retryAfterSeconds: number }>;
  /**
   * The one call that makes content visible; made once. Every 5xx, timeout, reset and unreadable answer is thrown as
   * PlatformError `ambiguous`; `retry` only where the answer states that nothing was accepted (429 and the like).
   */
  publish(
    ctx: CallContext,
    post: OutgoingPost & { created: Created; marker: string },
  ): Promise<Published>;
  /** Waits for nothing; says whether a published post is publicly visible and where. */
  confirm?(ctx: CallContext, remoteId: string): Promise<{ visible: boolean; remoteUrl?: string }>;
  /** Finds out by reading whether a publish that got no answer was accepted. Never sends. */
  reconcile(
    ctx: CallContext,
    input: { marker: string; created: Created; post: OutgoingPost; sentAt: Date },
  ): Promise<Reconciled>;
  /**
   * Takes down what is out; what stands below it stays. Repeating it is harmless: what is gone already is `missing`.
   * PlatformError `ambiguous` when nobody knows whether it was done, `reject` with code `not_supported` when this
   * account's posts can't be taken down.
   */
  remove?(ctx: CallContext, remoteId: string): Promise<{ outcome: "removed" | "missing" }>;
  /** Counts of a published post now. PlatformError `reject` with code `not_found` when it is gone. */
  metrics(ctx: CallContext, remoteId: string): Promise<Metrics>;
  /** New secrets from old ones. PlatformError `reauthorize` when they are refused for good. */
  refresh?(
    deps: PlatformDeps,
    input: {
      account: { remoteId: string; data: AccountData };
      secrets: Secrets;
      signal: AbortSignal;
    },
  ): Promise<Authorized>;
  /** Tells the platform that the authorization is given up. Best effort. */
  revoke?(deps: PlatformDeps, input: { secrets: Secrets; signal: AbortSignal }): Promise<void>;
}
