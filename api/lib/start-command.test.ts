import { expect, test } from "vitest";
import { isOwnMachine, startCommand } from "./start-command.ts";

const defaultDataDir = "/srv/drumbeat/.data";
const command = (apiHost: string, dataDir?: string) =>
  startCommand({ apiHost, dataDir, defaultDataDir });

test("repeats what the next start would not know, and nothing else", () => {
  expect(command("127.0.0.1")).toBe("npm start --");
  expect(command("127.0.0.1", defaultDataDir)).toBe("npm start --");
  expect(command("0.0.0.0", defaultDataDir)).toBe("npm start -- --host 0.0.0.0");
  expect(command("127.0.0.1", "/srv/it's here")).toBe(
    "npm start -- --data-dir '/srv/it'\\''s here'",
  );
  expect(command("::", "/srv/d")).toBe("npm start -- --host :: --data-dir /srv/d");
});

test("knows this machine's own addresses", () => {
  for (const origin of ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:4400"])
    expect(isOwnMachine(origin)).toBe(true);
  for (const origin of ["https://127.example.org", "https://drumbeat.example", "http://10.0.0.1"])
    expect(isOwnMachine(origin)).toBe(false);
});
