import { Table } from "@mantine/core";
import type { Attempt } from "#web/lib/api/types.ts";
import { writeDuration } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts.history.call;

/** The requests of one attempt, without what is secret in them. */
export function AttemptCalls({ calls }: { calls: Attempt["calls"] }) {
  return (
    <Table.ScrollContainer
      minWidth={520}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={texts.posts.history.calls(calls.length)}
    >
      <Table fz="xs" verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.request}</Table.Th>
            <Table.Th>{words.answer}</Table.Th>
            <Table.Th>{words.sent}</Table.Th>
            <Table.Th>{words.received}</Table.Th>
            <Table.Th>{words.took}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call, index) => (
            <Table.Tr key={index}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {call.method} {call.url}
              </Table.Td>
              <Table.Td>
                {[
                  call.status ?? words.none,
                  call.retryAfter ? words.retryAfter(call.retryAfter) : undefined,
                  call.failure ?? undefined,
                ]
                  .filter((one) => one !== undefined)
                  .join(", ")}
              </Table.Td>
              <Table.Td>{writeBytes(call.requestBytes)}</Table.Td>
              <Table.Td>{writeBytes(call.responseBytes)}</Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{writeDuration(call.durationMs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function writeBytes(bytes: number | null): string {
  return bytes === null ? words.none : words.bytes(bytes);
}
