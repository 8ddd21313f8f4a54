/** Runs the sandbox network alone: `node local/sandbox-network/main.ts --port N --data-dir DIR`. */
import { parseArgs } from "node:util";
import { startSandboxNetwork } from "./start-sandbox-network.ts";

const usage = `Usage: node local/sandbox-network/main.ts --data-dir DIR [--port N] [--host 127.0.0.1] [--public-url URL]
       [--token-seconds N] [--processing-ms N]`;

try {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      "data-dir": { type: "string" },
      "public-url": { type: "string" },
      "token-seconds": { type: "string" },
      "processing-ms": { type: "string" },
    },
  });
  const dataDir = values["data-dir"];
  const publicUrl = values["public-url"];
  if (dataDir === undefined) throw new Error("--data-dir is missing.");
  if (publicUrl !== undefined && !URL.canParse(publicUrl))
    throw new Error("--public-url is no URL.");
  const tokenSeconds = wholeNumber("--token-seconds", values["token-seconds"]);
  const processingMs = wholeNumber("--processing-ms", values["processing-ms"]);
  const network = await startSandboxNetwork({
    port: wholeNumber("--port", values.port) ?? 0,
    host: values.host,
    dataDir,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tokenSeconds === undefined ? {} : { tokenSeconds }),
    ...(processingMs === undefined ? {} : { processingMs }),
  });

  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void network.close().then(() => process.exit(0));
    });
  console.log(JSON.stringify({ url: network.url }));
} catch (error) {
  console.error(
    `The sandbox network did not start: ${error instanceof Error ? error.message : String(error)}\n${usage}`,
  );
  process.exitCode = 1;
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${name} takes a whole number.`);
  return Number(value);
}
