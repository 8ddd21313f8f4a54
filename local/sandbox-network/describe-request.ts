import { z } from "zod";
import type { FaultOn } from "./draw-fault.ts";
import type { FiredFault } from "./state.ts";

/** As much of a text as the log of faults keeps; a text that the network would accept is shorter. */
const textLength = 8_000;

const word = z.string().max(200).nullable().catch(null);
const Publish = z.looseObject({
  channelId: word,
  clientMarker: word,
  replyTo: word,
  text: z.string().nullable().catch(null),
});
const Removal = z.looseObject({ id: word });

/** What a publish or a removal asked for, as far as it can be read: nothing of it was checked. Pure. */
export function describeRequest(input: {
  on: FaultOn;
  params: unknown;
  body: unknown;
}): Pick<FiredFault, "channelId" | "marker" | "replyTo" | "text" | "post"> {
  const publish = input.on === "publish" ? Publish.safeParse(input.body).data : undefined;
  const removal = input.on === "remove" ? Removal.safeParse(input.params).data : undefined;
  return {
    channelId: publish?.channelId ?? null,
    marker: publish?.clientMarker ?? null,
    replyTo: publish?.replyTo ?? null,
    text: publish?.text?.slice(0, textLength) ?? null,
    post: removal?.id ?? null,
  };
}
