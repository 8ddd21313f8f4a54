import { isIP } from "node:net";

/**
 * The command that starts the one-machine default again as it was started, as far as it remembers nothing by itself:
 * ports are kept in the data directory, the address to listen on and the folder are not.
 */
export function startCommand(options: {
  apiHost: string;
  /** Absolute; absent where it was not started by `npm start`. */
  dataDir: string | undefined;
  defaultDataDir: string;
}): string {
  const { apiHost, dataDir, defaultDataDir } = options;
  return [
    "npm start --",
    ...(apiHost === "127.0.0.1" ? [] : [`--host ${shellWord(apiHost)}`]),
    ...(dataDir === undefined || dataDir === defaultDataDir
      ? []
      : [`--data-dir ${shellWord(dataDir)}`]),
  ].join(" ");
}

/** Whether an origin is reached from this machine alone. */
export function isOwnMachine(origin: string): boolean {
  const { hostname } = new URL(origin);
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    (isIP(hostname) === 4 && hostname.startsWith("127."))
  );
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
