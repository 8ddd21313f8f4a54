import { platform } from "#platforms/bluesky/index.ts";
import { platformContract } from "./platform-contract.ts";
import { startBlueskyHarness } from "./start-bluesky-harness.ts";

// Against the real Personal Data Server; what is particular to it is tested in bluesky-server.test.ts.
platformContract({
  name: "bluesky",
  platform,
  start: startBlueskyHarness,
  markerIsIdempotent: true,
});
