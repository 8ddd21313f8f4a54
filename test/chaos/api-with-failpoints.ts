/** The product's API, with an engine's port that can end it between a commit and what follows. */
import path from "node:path";
import { replaceModule } from "./lib/replace-module.ts";

replaceModule({
  importer: "api/server.ts",
  specifier: "#db/outbox/engine.ts",
  by: path.join(import.meta.dirname, "lib", "failing-engine.ts"),
});
await import("../../api/server.ts");
