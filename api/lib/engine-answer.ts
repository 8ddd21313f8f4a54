import { z } from "zod";

/** Member of every 202: whether Temporal was told already. */
export const EngineAnswer = z
  .enum(["ready", "delayed"])
  .describe("`delayed`: accepted and stored; the engine is told as soon as it is back");
