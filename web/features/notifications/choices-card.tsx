import { Button, Card, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  notificationKinds,
  notificationWays,
  type NotificationKind,
} from "#domain/notifications.ts";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { NotificationSettings } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { GuideLink } from "./guide-link.tsx";
import { LastError } from "./last-error.tsx";
import { TestButton } from "./test-button.tsx";
import { toggleWay } from "./toggle-way.ts";

const words = texts.notifications.settings;

/** Of what one is told, by which of the ways. */
export function ChoicesCard({ settings }: { settings: NotificationSettings }) {
  const { email, chat } = settings;
  // Only what was changed and not yet kept: the rest follows what other tabs keep.
  const [changed, setChanged] = useState<Partial<NotificationSettings["choices"]>>({});
  const choices = { ...settings.choices, ...changed };
  const save = useAction({
    run: () => answerOf(api.PUT("/v1/notification-settings", { body: { choices: changed } })),
    stale: [["notifications", "settings"]],
    done: words.saved,
    quiet: true,
    onDone: () => setChanged({}),
  });
  const can = { console: true, email: email.available, chat: chat.configured };
  const toggle = (kind: NotificationKind, way: (typeof notificationWays)[number]) =>
    setChanged({ ...changed, [kind]: toggleWay(choices[kind], way) });
  return (
    <Card>
      <Stack>
        <Table.ScrollContainer minWidth={280} type="native">
          <Table verticalSpacing="xs" horizontalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.what}</Table.Th>
                {notificationWays.map((way) => (
                  <Table.Th key={way} ta="center">
                    {words.ways[way]}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {notificationKinds.map((kind) => (
                <Table.Tr key={kind}>
                  <Table.Th scope="row" fw={400}>
                    {words.kinds[kind]}
                  </Table.Th>
                  {notificationWays.map((way) => (
                    <Table.Td key={way}>
                      <Group justify="center">
                        <Checkbox
                          size="md"
                          aria-label={words.cell(words.kinds[kind], words.ways[way])}
                          checked={can[way] && choices[kind].includes(way)}
                          disabled={!can[way]}
                          onChange={() => toggle(kind, way)}
                        />
                      </Group>
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Text size="sm" c="dimmed">
          {email.available ? (
            words.emailTo(email.address)
          ) : (
            <>
              {words.noEmail} <GuideLink />.
            </>
          )}
          {chat.configured ? "" : ` ${words.noChat}`}
        </Text>
        <LastError error={email.available ? email.lastError : null} />
        <FormProblem error={save.error} fields={[]} />
        <Group>
          <Button
            loading={save.isPending}
            disabled={Object.keys(changed).length === 0}
            onClick={() => save.mutate()}
          >
            {words.save}
          </Button>
          {email.available ? <TestButton way="email" /> : null}
        </Group>
      </Stack>
    </Card>
  );
}
