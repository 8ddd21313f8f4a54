/** Where everything is, as the processes of the product are told. */
export interface Addresses {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  /** Absent with a Temporal that is not ours. */
  temporalUiUrl?: string;
  apiHost: string;
  apiPort: number;
  publicUrl: string;
  sandboxNetworkUrl: string;
}

export interface EnvironmentOptions {
  /** Ours, with what the person has set: keys of providers, REGISTRATION, LOG_LEVEL. */
  inherited: NodeJS.ProcessEnv;
  addresses: Addresses;
  dataDir: string;
  storageDir: string;
  keyRingFile: string;
  workflowBundle: string;
  consoleDir: string;
  ffmpegPath: string;
  ffprobePath: string;
}

/** The environment of the API, the workers and the seed. The owner's database address is not in it. */
export function childEnvironment(options: EnvironmentOptions): NodeJS.ProcessEnv {
  const { inherited, addresses } = options;
  return {
    ...withoutNpm(inherited),
    NODE_ENV: "production",
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    ...(addresses.temporalUiUrl === undefined ? {} : { TEMPORAL_UI_URL: addresses.temporalUiUrl }),
    API_HOST: addresses.apiHost,
    API_PORT: String(addresses.apiPort),
    PUBLIC_URL: addresses.publicUrl,
    STORAGE_DIR: options.storageDir,
    KEY_RING_FILE: options.keyRingFile,
    SANDBOX_BASE_URL: addresses.sandboxNetworkUrl,
    EGRESS_ALLOW: egressAllow(inherited["EGRESS_ALLOW"], addresses.sandboxNetworkUrl),
    FFMPEG_PATH: options.ffmpegPath,
    FFPROBE_PATH: options.ffprobePath,
    WORKFLOW_BUNDLE: options.workflowBundle,
    CONSOLE_DIR: options.consoleDir,
    DRUMBEAT_DATA_DIR: options.dataDir,
  };
}

/** What the person allows, and the sandbox network's own address. */
export function egressAllow(inherited: string | undefined, sandboxNetworkUrl: string): string {
  const listed = (inherited ?? "").split(",").map((entry) => entry.trim());
  return [
    ...new Set([...listed.filter((entry) => entry !== ""), new URL(sandboxNetworkUrl).host]),
  ].join(",");
}

function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = new Set([
    "DATABASE_ADMIN_URL",
    "INIT_CWD",
    "NODE_CHANNEL_FD",
    "NODE_CHANNEL_SERIALIZATION_MODE",
  ]);
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^npm_/i.test(name) && !ours.has(name)),
  );
}
