/**
 * A real Personal Data Server with a DID directory of its own, on loopback, in a folder that is gone afterwards.
 *
 *   node start.mjs --public-url http://localhost:4000
 *
 * `--public-url` is the address that accounts are told to reach the server at, for example a proxy in front of it.
 * Prints one line of JSON once it serves, and ends on SIGTERM, on SIGINT or when its standard input closes, so that it
 * never outlives the test that started it.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PDS, envToCfg, envToSecrets } from "@atproto/pds";
import plc from "@did-plc/server";

const { values: options } = parseArgs({ options: { "public-url": { type: "string" } } });

const dataDir = await mkdtemp(join(tmpdir(), "drumbeat-pds-"));
const stoppers = [() => rm(dataDir, { recursive: true, force: true })];
let stopping;
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, stop);
process.stdin.once("end", stop).resume();

try {
  const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: 0 });
  listenOnLoopback(directory.app);
  const plcUrl = urlOf(await directory.start());
  stoppers.unshift(() => directory.destroy());

  const secret = () => randomBytes(16).toString("hex");
  const env = {
    devMode: true,
    port: 0,
    hostname: "localhost",
    dataDirectory: dataDir,
    blobstoreDiskLocation: join(dataDir, "blobs"),
    blobUploadLimit: 60_000_000,
    adminPassword: secret(),
    jwtSecret: secret(),
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
    didPlcUrl: plcUrl,
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    enableDidDocWithSession: true,
    disableSsrfProtection: true,
    rateLimitsEnabled: true,
    rateLimitBypassKey: secret(),
    crawlers: [],
  };
  const config = envToCfg(env);
  const publicUrl = options["public-url"];
  if (publicUrl !== undefined) {
    config.service.publicUrl = publicUrl;
    config.service.did = `did:web:${encodeURIComponent(new URL(publicUrl).host)}`;
  }
  const server = await PDS.create(config, envToSecrets(env));
  listenOnLoopback(server.app);
  const pdsUrl = urlOf(await server.start());
  stoppers.unshift(() => server.destroy());

  const { adminPassword, jwtSecret, rateLimitBypassKey } = env;
  const ready = { pdsUrl, plcUrl, adminPassword, jwtSecret, rateLimitBypassKey };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
  await stop();
}

/** Both servers listen on every address of the machine by themselves. */
function listenOnLoopback(app) {
  app.listen = (port) => createServer(app).listen(port, "127.0.0.1");
}

/** By name: the server takes no DID directory at a bare IP address. */
function urlOf(server) {
  return `http://localhost:${server.address().port}`;
}

function stop() {
  stopping ??= (async () => {
    for (const stopper of stoppers) await stopper();
    process.exit();
  })();
  return stopping;
}
