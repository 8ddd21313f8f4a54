import { Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import type { NotificationSettings } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { webAddress } from "#web/lib/web-address.ts";
import { LastError } from "./last-error.tsx";
import { TestButton } from "./test-button.tsx";

const words = texts.notifications.settings.chat;

/** Where one's chat messages go. The address is a secret: it is written, never read. */
export function ChatCard({ chat }: { chat: NotificationSettings["chat"] }) {
  const form = useForm({
    initialValues: { url: "" },
    validate: { url: (url) => (webAddress(url.trim()) ? null : words.invalid) },
  });
  const set = useAction({
    run: (chatUrl: string | null) =>
      answerOf(api.PUT("/v1/notification-settings", { body: { chatUrl } })),
    stale: [["notifications", "settings"]],
    quiet: true,
    onDone: (_, chatUrl) => {
      form.reset();
      notifications.show({ color: "teal", message: chatUrl ? words.saved : words.forgotten });
    },
  });
  const problem = set.error ? problemOf(set.error) : undefined;
  return (
    <Card component="section" aria-label={words.title}>
      <form onSubmit={form.onSubmit(({ url }) => set.mutate(url.trim()))} noValidate>
        <Stack>
          <div>
            <Title order={2} size="h4">
              {words.title}
            </Title>
            <Text size="sm" c="dimmed">
              {words.text}
            </Text>
          </div>
          {chat.host ? <Text size="sm">{words.current(chat.host)}</Text> : null}
          <LastError error={chat.lastError} />
          <TextInput
            type="url"
            label={words.url}
            placeholder="https://"
            autoComplete="off"
            maxLength={2_000}
            maw={560}
            {...form.getInputProps("url")}
            error={form.errors["url"] ?? problem?.at("/chatUrl")}
          />
          <FormProblem error={problem} fields={["/chatUrl"]} />
          <Group>
            <Button type="submit" loading={set.isPending}>
              {chat.configured ? words.replace : words.save}
            </Button>
            {chat.configured ? (
              <>
                <TestButton way="chat" />
                <Button variant="default" disabled={set.isPending} onClick={() => set.mutate(null)}>
                  {words.forget}
                </Button>
              </>
            ) : null}
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
