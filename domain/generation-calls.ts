/**
 * What may be done with one call to a provider, which costs money: decided before it is asked, from what the ledger holds.
 */

/**
 * `open`: the provider may be asked. `asked`: it was, and nobody knows yet what it said. `started`: it works at a job that
 * it is asked for. `answered` and `failed` are ends.
 */
export type CallStatus = "open" | "asked" | "started" | "answered" | "failed";

export interface CallFacts {
  status: CallStatus;
  answersLost: number;
}

/**
 * How often it may be asked for what got no answer: `free` what is made here, and asked of nobody; `once` more what is
 * answered at once; `never` what starts a job, for nobody would know of the first one.
 */
export type AskAgain = "free" | "once" | "never";

export type CallDecision =
  | { do: "ask"; answerLost: boolean }
  | { do: "look" }
  | { do: "nothing"; because: "answered" | "failed" }
  | { do: "give_up" };

/** An answer that died with its process is asked for once more, and no more. */
export const maximumLostAnswers = 1;

/**
 * What to do with a call whose row says this; undefined where there is none yet. Whoever finds `asked` is a repetition: the
 * process that asked is gone, and its answer with it.
 */
export function decideCall(found: CallFacts | undefined, again: AskAgain = "once"): CallDecision {
  switch (found?.status) {
    case undefined:
    case "open":
      return { do: "ask", answerLost: false };
    case "asked":
      if (again === "free") return { do: "ask", answerLost: false };
      return mayAskAgain(found, again) ? { do: "ask", answerLost: true } : { do: "give_up" };
    case "started":
      return { do: "look" };
    case "answered":
    case "failed":
      return { do: "nothing", because: found.status };
  }
}

/** Whether what got no answer may be asked for once more, by the answers that were lost before. Pure. */
export function mayAskAgain(
  { answersLost }: Pick<CallFacts, "answersLost">,
  again: AskAgain,
): boolean {
  return again === "free" || (again === "once" && answersLost < maximumLostAnswers);
}
