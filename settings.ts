/** The environment, read and checked once per process; everything else takes what it needs from here as arguments. */
import { z } from "zod";
import { parseCreditPacks, usualCreditPacks } from "#domain/credit-packs.ts";
import type { StorageSettings } from "#storage/open-store.ts";

const optional = z.string().trim().min(1).optional().catch(undefined);
const limit = z.coerce.number().int().min(1).max(1_000_000);
const port = z.coerce.number().int().min(0).max(65_535);

const Settings = z.object({
  /** The service's role: not the owner, not a superuser, bound by row-level security. */
  databaseUrl: z
    .string({ error: "set DATABASE_URL to the address of PostgreSQL with the service's role" })
    .min(1),
  temporalAddress: z.string().default("127.0.0.1:7233"),
  temporalNamespace: z.string().default("default"),
  /** Where the Temporal UI listens, for the API to serve it under its own origin. */
  temporalUiUrl: optional,
  apiHost: z.string().default("127.0.0.1"),
  apiPort: port.default(8080),
  /** The one address under which people reach the product. */
  publicUrl: optional,
  /** Another address of the API that media is served from, so that a file has nothing to do with whoever is signed in. */
  mediaOrigin: z
    .url({ protocol: /^https?$/, error: "must begin with http:// or https://" })
    .refine((value) => URL.parse(value)?.href === `${URL.parse(value)?.origin}/`, {
      error: "must be an origin alone, such as https://media.example.com",
    })
    .transform((value) => value.replace(/\/$/, ""))
    .optional(),
  /** The mail server for notifications, `smtp://user:password@host:587`; without it none go out by e-mail. */
  smtpUrl: z.url({ protocol: /^smtps?$/, error: "must begin with smtp:// or smtps://" }).optional(),
  /** Whom they come from: `Drumbeat <drumbeat@example.com>`. */
  smtpFrom: z.string().trim().min(3).max(300).default("Drumbeat <drumbeat@localhost>"),
  registration: z.enum(["open", "first", "closed"]).optional(),
  /** Where files are kept: in a folder, or in a bucket of S3 or of a server that speaks it. */
  storage: z.enum(["files", "s3"]).default("files"),
  storageDir: z.string().default(".data/storage"),
  /** Gigabytes of files that one workspace may keep, with what is made of them. */
  storageQuotaGb: z.coerce.number().min(0.001).max(1_000_000).default(50),
  /** Of a server that speaks S3; AWS itself when absent. */
  storageS3Endpoint: z
    .url({ protocol: /^https?$/, error: "must begin with http:// or https://" })
    .optional(),
  storageS3Bucket: optional,
  storageS3Region: z.string().trim().min(1).default("us-east-1"),
  storageS3AccessKeyId: optional,
  storageS3SecretAccessKey: optional,
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; true where an endpoint is given. */
  storageS3PathStyle: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .optional(),
  keyRingFile: z.string({
    error: "set KEY_RING_FILE to the path of the key ring; node scripts/key-ring.ts init makes one",
  }),
  /** With both, credits can be bought through Stripe; without them operators grant them. */
  stripeSecretKey: optional,
  stripeWebhookSecret: optional,
  /** What is sold: `name:credits:amount in the smallest unit:currency`, by commas. */
  creditPacks: z
    .string()
    .default(usualCreditPacks)
    .transform((text, issues) => {
      const packs = parseCreditPacks(text);
      if (packs) return packs;
      issues.addIssue({
        code: "custom",
        message: `must be packs such as ${usualCreditPacks}: name, credits, price in cents, currency`,
      });
      return z.NEVER;
    }),
  ffmpegPath: z.string().default("ffmpeg"),
  ffprobePath: z.string().default("ffprobe"),
  /** `host:port` pairs that outgoing calls may reach although the address is private or the port not 80 or 443. */
  egressAllow: z
    .string()
    .default("")
    .transform((list) =>
      list
        .split(",")
        .map((entry) => entry.trim())
        .filter(Boolean),
    ),
  workerQueues: z
    .string()
    .default("workflows,io,publish,model,media")
    .transform((list) =>
      list
        .split(",")
        .map((entry) => entry.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(["workflows", "io", "publish", "model", "media"])).min(1)),
  /** A prebuilt bundle of the workflows; without it the worker bundles them at start. */
  workflowBundle: optional,
  /** Where the console was built to; without it the API serves none. */
  consoleDir: optional,
  /** The data directory of the one-machine default, for advice alone. */
  drumbeatDataDir: optional,
  /** A port of this process's own for Prometheus and health checks; none when absent. */
  metricsPort: port.optional(),
  /** It asks nobody who they are: an address that only those who watch over the installation reach. */
  metricsHost: z.string().default("127.0.0.1"),
  /** Where spans are sent over OTLP/HTTP; without it nothing is traced. */
  otelExporterOtlpEndpoint: z.url({ protocol: /^https?$/ }).optional(),
  logLevel: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  trustProxy: z
    .string()
    .default("false")
    .refine((value) => !/^\d+$/.test(value), {
      error: "must be true, false or the addresses of your proxies, such as 10.0.0.0/8",
    })
    .transform((value) => (value === "false" ? false : value === "true" ? true : value)),
  /** Requests per minute to one process of the API, by address, signed-in session and API key. */
  rateLimitAddress: limit.default(3_000),
  rateLimitSession: limit.default(1_200),
  rateLimitKey: limit.default(600),
  /** Which provider and models serve a request that names none. */
  defaultProvider: z.string().default("sandbox"),
});
export type Settings = z.infer<typeof Settings>;

/** Reads the settings. Throws one error that names every variable at fault and what it should be. */
export function readSettings(
  environment: Record<string, string | undefined> = process.env,
): Settings {
  const result = Settings.safeParse(
    Object.fromEntries(
      Object.keys(Settings.shape).map((name) => [
        name,
        blankToUndefined(environment[variableName(name)]),
      ]),
    ),
  );
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `  ${variableName(String(issue.path[0]))}: ${issue.message}`,
  );
  throw new Error(`The environment can't be used:\n${lines.join("\n")}`);
}

/** The origin under which people reach the product, without a slash at its end. */
export function publicUrlOf(settings: Settings): string {
  const { publicUrl, apiHost, apiPort } = settings;
  return (publicUrl ?? `http://${apiHost}:${apiPort}`).replace(/\/+$/, "");
}

/** Where files are kept. Throws with the variables that are missing. */
export function storageOf(settings: Settings): StorageSettings {
  if (settings.storage === "files") return { kind: "files", dir: settings.storageDir };
  const { storageS3Bucket: bucket, storageS3Endpoint: endpoint } = settings;
  const { storageS3AccessKeyId: accessKeyId, storageS3SecretAccessKey: secretAccessKey } = settings;
  if (!bucket || !accessKeyId || !secretAccessKey) {
    throw new Error(
      "STORAGE=s3 needs STORAGE_S3_BUCKET, STORAGE_S3_ACCESS_KEY_ID and STORAGE_S3_SECRET_ACCESS_KEY; set all three",
    );
  }
  return {
    kind: "s3",
    s3: {
      ...(endpoint === undefined ? {} : { endpoint }),
      bucket,
      region: settings.storageS3Region,
      accessKeyId,
      secretAccessKey,
      pathStyle: settings.storageS3PathStyle ?? endpoint !== undefined,
    },
  };
}

/** How Stripe is reached; undefined where no payments are taken. Throws where one setting of the two is missing. */
export function stripeOf(
  settings: Settings,
): { secretKey: string; webhookSecret: string } | undefined {
  const { stripeSecretKey: secretKey, stripeWebhookSecret: webhookSecret } = settings;
  if (!secretKey && !webhookSecret) return undefined;
  if (secretKey && webhookSecret) return { secretKey, webhookSecret };
  throw new Error("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together; set both or neither");
}

/** Settings of a platform's or provider's own: `<NAME>_BASE_URL` and so on. */
export function readNamed(
  name: string,
  environment: Record<string, string | undefined> = process.env,
): {
  baseUrl?: string;
  clientId?: string;
  clientSecret?: string;
  apiKey?: string;
  api?: string;
  organization?: string;
} {
  const prefix = name.toUpperCase().replaceAll("-", "_");
  const found: Record<string, string> = {};
  for (const [key, suffix] of Object.entries({
    baseUrl: "BASE_URL",
    clientId: "CLIENT_ID",
    clientSecret: "CLIENT_SECRET",
    apiKey: "API_KEY",
    api: "API",
    organization: "ORGANIZATION",
  })) {
    const value = blankToUndefined(environment[`${prefix}_${suffix}`]);
    if (value) found[key] = value;
  }
  return found;
}

function variableName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function blankToUndefined(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value;
}
