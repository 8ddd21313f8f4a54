import type { MikroORM } from "@mikro-orm/postgresql";
import type { FastifyPluginAsync } from "fastify";
import type { Logger } from "pino";
import type { KeyRing } from "#db/vault/key-ring.ts";
import type { Engine } from "#db/outbox/engine.ts";
import type { PlatformApp, PlatformConnect, PlatformManifest } from "#platforms/contract.ts";
import type { CreditPack } from "#domain/credit-packs.ts";
import type { BuiltConsole } from "./lib/read-console.ts";
import type { ProviderDeps, ProviderManifest } from "#providers/contract.ts";
import type { BlobStore } from "#storage/contract.ts";
import type { PaymentProvider } from "./payments/contract.ts";
import type { RateLimits } from "./plugins/rate-limit.ts";

/** What the API's routes work with; built once per process. */
export interface ApiContext {
  orm: MikroORM;
  /** For the one connection that PostgreSQL wakes; all else goes through `orm`. */
  databaseUrl: string;
  keyRing: KeyRing;
  storage: BlobStore;
  /** Bytes of files that one workspace may keep; no limit when absent. */
  storageQuotaBytes?: number;
  engine: Engine;
  /** Whether Temporal answers, and workers poll every queue that the product needs. Cheap; the answer may be seconds old. */
  engineState(): Promise<"ready" | "delayed">;
  manifests: ReadonlyMap<string, PlatformManifest>;
  connects: ReadonlyMap<string, PlatformConnect>;
  providers: ReadonlyMap<string, ProviderManifest>;
  platformApp(name: string): PlatformApp;
  /** What the environment holds for a provider: enough to tell whether it is configured. */
  providerCredentials(name: string): Pick<ProviderDeps["credentials"], "apiKey">;
  defaultProvider: string;
  fetch: typeof fetch;
  /** Who takes money for credits; nobody when absent. */
  payments?: PaymentProvider | undefined;
  /** What is sold, where somebody takes payments. */
  creditPacks: readonly CreditPack[];
  /** Whether notifications can go out by e-mail; not when absent. */
  mailConfigured?: boolean;
  /** Throws EgressRefused for an address that `fetch` would refuse, before anything is sent there. */
  checkAddress(url: URL): Promise<void>;
  now: () => Date;
  /** Waits, or throws once the signal is aborted. Milliseconds. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  ffmpegPath: string;
  ffprobePath: string;
  logger: Logger;
  /** Origin under which people reach the product, without a trailing slash. */
  publicUrl: string;
  /** Where media is served from, where that is set: another origin than `publicUrl`, without a trailing slash. */
  mediaOrigin?: string | undefined;
  /** The command that started this installation, as far as a person must repeat it: `npm start -- --data-dir …`. */
  startCommand: string;
  registration: "open" | "first" | "closed";
  /** Where the Temporal UI listens, to be served under `/temporal` for operators. */
  temporalUiUrl: string | undefined;
  /** How long the Temporal UI may take to answer, in milliseconds; 10 seconds when absent. */
  temporalUiAnswerMs?: number;
  temporalNamespace: string;
  /** Makes a span of each request, where traces are sent. */
  requestSpans?: FastifyPluginAsync;
  trustProxy: boolean | string;
  /** The built console; without it the API serves none, and says so. */
  console?: BuiltConsole | undefined;
  rateLimits: RateLimits;
}
