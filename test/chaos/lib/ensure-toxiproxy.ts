import { ensureGoProgram } from "../../harness/ensure-go-program.ts";

/**
 * Toxiproxy's server, built by Go into the cache where it is not there yet.
 *
 * @returns its path, or why there is none
 */
export function ensureToxiproxy(options: {
  cacheDir: string;
}): Promise<{ executable: string } | { missing: string }> {
  return ensureGoProgram({
    cacheDir: options.cacheDir,
    name: "toxiproxy",
    module: "github.com/Shopify/toxiproxy/v2/cmd/server",
    version: "2.5.0",
  });
}
