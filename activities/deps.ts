import type { MikroORM } from "@mikro-orm/postgresql";
import type { Logger } from "pino";
import type { KeyRing } from "#db/vault/key-ring.ts";
import type { Engine } from "#db/outbox/engine.ts";
import type { Platform, PlatformApp } from "#platforms/contract.ts";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import type { BlobStore } from "#storage/contract.ts";
import type { Mailer } from "./lib/mailer.ts";

/** What activities work with; built once per worker. */
export interface ActivityDeps {
  orm: MikroORM;
  keyRing: KeyRing;
  storage: BlobStore;
  /** Bytes of files that one workspace may keep; no limit when absent. */
  storageQuotaBytes?: number;
  platforms: ReadonlyMap<string, Platform>;
  providers: ReadonlyMap<string, Provider>;
  /** Settings of this installation for a platform: base address, client id and secret. */
  platformApp(name: string): PlatformApp;
  /** Credentials of this installation for a provider. */
  providerCredentials(name: string): ProviderDeps["credentials"];
  defaultProvider: string;
  /** Refuses private addresses. */
  fetch: typeof fetch;
  /** The same, for calls to models, which may take minutes to begin their answer; `fetch` where it is absent. */
  modelFetch?: typeof fetch;
  /** Absent where no mail server is set up. */
  mailer?: Mailer | undefined;
  /** Origin under which people reach the product, without a trailing slash. */
  publicUrl?: string;
  now: () => Date;
  engine: Engine;
  ffmpegPath: string;
  ffprobePath: string;
  logger: Logger;
}
