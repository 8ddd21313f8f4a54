import { Blockquote, Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import type { Post } from "#web/lib/api/types.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import { writeInstant } from "#web/lib/format.ts";
import { partsOf } from "#web/lib/parts-of.ts";
import { accountsQuery } from "#web/lib/queries/connections.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { useResolve, type Decision } from "#web/lib/use-post-change.ts";
import { Dialog } from "./dialog.tsx";
import { ExternalLink } from "./external-link.tsx";
import { FormProblem } from "./form-problem.tsx";
import { QueryView } from "./query-view.tsx";

const words = texts.posts.resolve;
const outcomes = ["is_there", "send_again", "give_up"] as const;
const longestQuote = 400;

/** Asks what became of a target that nobody could prove, with all that helps to tell. */
export function ResolveDialog(props: {
  postId: string;
  targetId: string;
  channelName: string;
  opened: boolean;
  onClose: () => void;
}) {
  const { postId, targetId, channelName, opened, onClose } = props;
  const post = useQuery({ ...postQuery(postId), enabled: opened });
  return (
    <Dialog opened={opened} onClose={onClose} title={words.title(channelName)} size="lg">
      <QueryView query={post}>
        {(shown) => (
          <Stack>
            <Text size="sm">{words.text}</Text>
            <WhereToLook post={shown} targetId={targetId} />
            <Choice postId={postId} targetId={targetId} onClose={onClose} />
          </Stack>
        )}
      </QueryView>
    </Dialog>
  );
}

function WhereToLook({ post, targetId }: { post: Post; targetId: string }) {
  const { data: accounts } = useQuery(accountsQuery);
  const target = post.targets.find(({ id }) => id === targetId);
  if (!target) return null;
  const channel = accounts
    ?.flatMap(({ channels }) => channels)
    .find(({ id }) => id === target.channelId);
  const parts = partsOf(post, target);
  const unknown = target.parts.find(({ status }) => status === "unknown")?.part ?? 0;
  const text = parts[unknown]?.text ?? "";
  const since = target.waitingFor?.since;
  return (
    <Stack gap="xs">
      {channel?.url ? (
        <ExternalLink href={channel.url}>{words.account(target.channelName)}</ExternalLink>
      ) : null}
      {target.remoteUrl ? (
        <ExternalLink href={target.remoteUrl}>{texts.posts.seeIt}</ExternalLink>
      ) : null}
      <Text size="sm">
        {[
          parts.length > 1 ? words.part(unknown + 1, parts.length) : undefined,
          channel?.url ? words.lookFor : words.noAccount,
        ]
          .filter(Boolean)
          .join(" ")}
      </Text>
      <Blockquote p="sm" my={0} radius="md">
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} dir="auto">
          {text.length > longestQuote
            ? `${text.slice(0, longestQuote)}…`
            : text || texts.posts.noText}
        </Text>
      </Blockquote>
      {since ? (
        <Text size="sm" c="dimmed">
          {words.sentAt(writeInstant(since))}
        </Text>
      ) : null}
    </Stack>
  );
}

function Choice(props: { postId: string; targetId: string; onClose: () => void }) {
  const { postId, targetId, onClose } = props;
  const form = useForm<{ outcome: Decision["outcome"] | ""; url: string }>({
    initialValues: { outcome: "", url: "" },
    validate: { outcome: (outcome) => (outcome === "" ? words.needed : null) },
  });
  const resolve = useResolve(postId, ({ outcome }) => {
    notifications.show({ color: "teal", message: words.done[outcome] });
    onClose();
  });
  const decide = ({ outcome, url }: typeof form.values) => {
    if (outcome === "") return;
    const address = outcome === "is_there" ? url.trim() : "";
    resolve.mutate({ targetId, outcome, ...(address === "" ? {} : { url: address }) });
  };
  const problem = resolve.error ? problemOf(resolve.error) : undefined;
  const there = form.values.outcome === "is_there";
  return (
    <form onSubmit={form.onSubmit(decide)} noValidate>
      <Stack>
        <Radio.Group label={words.choose} {...form.getInputProps("outcome")}>
          <Stack gap="sm" mt="xs">
            {outcomes.map((outcome) => (
              <Radio
                key={outcome}
                value={outcome}
                label={words.choices[outcome].label}
                description={words.choices[outcome].text}
              />
            ))}
          </Stack>
        </Radio.Group>
        {there ? (
          <TextInput
            type="url"
            label={words.url}
            description={words.urlHelp}
            placeholder={words.urlPlaceholder}
            maxLength={2_000}
            {...form.getInputProps("url")}
            error={problem?.at("/url")}
          />
        ) : null}
        <FormProblem error={problem} fields={there ? ["/url"] : []} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button
            type="submit"
            loading={resolve.isPending}
            {...(form.values.outcome === "send_again" ? { color: "red" } : {})}
          >
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
