import { Stack, Text } from "@mantine/core";
import type { Attempt } from "#web/lib/api/types.ts";
import { writeDuration } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts.history.call;

/** The requests of one attempt, without what is secret in them. Each is a line of its own, so that it fits anywhere. */
export function AttemptCalls({ calls }: { calls: Attempt["calls"] }) {
  return (
    <Stack
      component="ul"
      gap={6}
      my={4}
      pl={0}
      style={{ listStyle: "none" }}
      aria-label={texts.posts.history.calls(calls.length)}
    >
      {calls.map((call, index) => (
        <li key={index}>
          <Text size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>
            {call.method} {call.url}
          </Text>
          <Text size="xs" c="dimmed">
            {[
              call.status === null ? words.none : words.answered(call.status),
              call.retryAfter ? words.retryAfter(call.retryAfter) : undefined,
              call.failure ?? undefined,
              call.requestBytes ? words.sent(words.bytes(call.requestBytes)) : undefined,
              call.responseBytes ? words.received(words.bytes(call.responseBytes)) : undefined,
              call.durationMs > 0 ? writeDuration(call.durationMs) : undefined,
            ]
              .filter((one) => one !== undefined)
              .join(" · ")}
          </Text>
        </li>
      ))}
    </Stack>
  );
}
