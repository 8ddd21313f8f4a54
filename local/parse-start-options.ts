import path from "node:path";
import { START_HELP } from "../scripts/lib/help-texts.mjs";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { parseOptions } from "./parse-options.ts";

export interface StartOptions {
  /** Absolute. */
  dataDir: string;
  host: string;
  /** Only when asked for: else the one kept in the data directory. */
  port?: number;
  /** An origin without a trailing slash; only when asked for. */
  publicUrl?: string;
  seed: boolean;
  help: boolean;
}

/** Reads `npm start`'s arguments. Throws `SetupError` on what makes no sense. */
export function parseStartOptions({ args, cwd }: { args: string[]; cwd: string }): StartOptions {
  const { values } = parseOptions({
    args,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      "data-dir": { type: "string" },
      "public-url": { type: "string" },
      "no-seed": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    help: START_HELP,
  });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  const publicUrl =
    values["public-url"] === undefined ? undefined : parsePublicUrl(values["public-url"]);
  const dataDir = values["data-dir"] ?? ".data";
  if (dataDir.trim() === "") throw wrong("--data-dir is empty", "Give it a folder.");
  const host = values.host ?? "127.0.0.1";
  if (host.trim() === "") throw wrong("--host is empty", "Give it an address such as 127.0.0.1.");
  return {
    dataDir: path.resolve(cwd, dataDir),
    host,
    seed: values["no-seed"] !== true,
    help: values.help === true,
    ...(port === undefined ? {} : { port }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function parsePort(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) {
    throw wrong(`--port ${value} is not a port`, "Give it a number from 1 to 65535.");
  }
  return port;
}

function parsePublicUrl(value: string): string {
  const url = URL.parse(value);
  const isOrigin =
    url !== null &&
    (url.protocol === "http:" || url.protocol === "https:") &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === "";
  if (!isOrigin) {
    throw wrong(
      `--public-url ${value} is not the address of a site`,
      "Give it the scheme, the host and the port if it has one, such as https://drumbeat.example.com, and no path.",
    );
  }
  return url.origin;
}

function wrong(problem: string, todo: string): SetupError {
  return new SetupError({ problem: `${problem}.`, todo });
}
