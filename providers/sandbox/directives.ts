/**
 * Faults and habits that a test (or a curious person) asks the sandbox models for, inside any prompt, brief or system text:
 *
 *   [[sandbox invalid=missing tools=recent_posts,post_metrics]]
 *
 * Text models:
 *   invalid[=prose|cut|missing|type]  the first structured answer of a conversation is wrong, the next one right;
 *                                     without a kind the seed chooses one
 *   always-invalid[=…]                every structured answer is wrong
 *   bad-tool-input                    the first tool call's input breaks its schema, once in a conversation
 *   unknown-tool                      the first call names a tool that was never offered, once in a conversation
 *   tools=a,b                         call exactly these tools, in this order; `no-tools` calls none
 *   length                            the answer is cut off, as at a token limit
 *   refuse                            the answer is a refusal (finish reason content-filter)
 *   seed=N                            use this seed where the call names none
 *
 * Video models, whose answer is a job:
 *   looks=N                           it is done at the look after these; 2 unless it says otherwise
 *   lost                              its start does all, and then the connection breaks before the answer
 *   stuck                             it is never done, but can be cancelled
 *   job-error[=CODE], refuse          it ends in that error, or as refused by the content policy
 *   status-error=CODE                 the first look at it fails like that; `status-errors=N` lets the first N fail
 *   status-wait=SECONDS               each look takes this long
 *
 * All models, in the first call; where there is no prompt, in the tags of the file:
 *   error=CODE                        fail like a provider would: rate_limited, quota, content_policy, invalid_input,
 *                                     provider_down, unauthorized, timeout
 *   retry-after=SECONDS               sent with that error
 *   wait=SECONDS                      take this long; ends at once when the call is aborted
 *
 * Words that aren't in this list are ignored. Only what people wrote is read, never what a tool returned.
 */
export type Directives = ReadonlyMap<string, string>;

const directive = /\[\[sandbox\b([^\]]{0,300})\]\]/giu;

export function readDirectives(texts: readonly string[]): Directives {
  const found = new Map<string, string>();
  for (const text of texts) {
    for (const [, words = ""] of text.matchAll(directive)) {
      for (const word of words.split(/\s+/u).filter((part) => part !== "")) {
        const equals = word.indexOf("=");
        if (equals === -1) found.set(word.toLowerCase(), "");
        else found.set(word.slice(0, equals).toLowerCase(), word.slice(equals + 1));
      }
    }
  }
  return found;
}

export function withoutDirectives(text: string): string {
  return text.replace(directive, " ");
}

/** A directive's value as a number from 0 up, or undefined. */
export function numberOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined || !/^\d{1,9}(\.\d{1,3})?$/u.test(value)) return undefined;
  return Number(value);
}
