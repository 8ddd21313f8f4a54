import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { putAccount } from "./accounts.ts";
import { createApp } from "./create-app.ts";
import { accountDefaults } from "./limits.ts";
import { openNetwork } from "./network.ts";

export interface SandboxNetworkOptions {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Made when absent; one network at a time may use it. */
  dataDir: string;
  clock?: () => Date;
  /** How long access tokens of new accounts live. */
  tokenSeconds?: number;
  /** How long an upload is processed. */
  processingMs?: number;
  /** Where it is found from outside; its own address when absent. */
  publicUrl?: string;
  /** Told of errors that are bugs of the network itself. */
  onError?: (error: Error) => void;
}

export interface SandboxNetwork {
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Starts the sandbox network, with everything it knew when it last stopped, and the account `demo`.
 * Rejects when the port is taken or `dataDir` can't be used.
 */
export async function startSandboxNetwork(options: SandboxNetworkOptions): Promise<SandboxNetwork> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const { network, close } = openNetwork({
    dataDir: options.dataDir,
    now: options.clock ?? (() => new Date()),
    publicUrl: options.publicUrl ?? "",
    tokenSeconds: options.tokenSeconds ?? accountDefaults.tokenSeconds,
    processingMs: options.processingMs ?? 800,
  });
  const app = createApp({ network, onError: options.onError ?? ((error) => console.error(error)) });
  try {
    if (!network.state.users.has("demo"))
      putAccount({
        network,
        name: "demo",
        change: { displayName: "Demo" },
        pages: ["Harbor News"],
      });
    await app.listen({ port: options.port, host: options.host });
  } catch (error) {
    await app.close();
    close();
    throw error;
  }

  const { port } = app.server.address() as AddressInfo;
  const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  if (options.publicUrl === undefined) network.publicUrl = url;
  return {
    url,
    port,
    async close() {
      // What waits on purpose is let go first, so that it does not hold the server open.
      network.stopWaiting();
      await app.close();
      close();
    },
  };
}
