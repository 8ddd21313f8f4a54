import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { Dialog } from "#web/components/dialog.tsx";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.approvals;

/** Asks why a post is rejected, and rejects it. */
export function RejectDialog(props: { postId: string; opened: boolean; onClose: () => void }) {
  const { postId, opened, onClose } = props;
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (reason) => (reason.trim() === "" ? words.reasonNeeded : null) },
  });
  const reject = useAction({
    run: (body: { reason: string }) =>
      answerOf(api.POST("/v1/posts/{id}/reject", { params: { path: { id: postId } }, body })),
    stale: [["posts"], ["runs"]],
    done: words.rejected,
    quiet: true,
    onDone: () => {
      onClose();
      void navigate({ to: "/approvals" });
    },
  });
  const problem = reject.error ? problemOf(reject.error) : undefined;
  return (
    <Dialog opened={opened} onClose={onClose} title={words.rejectTitle}>
      <form onSubmit={form.onSubmit((values) => reject.mutate(values))}>
        <Stack>
          <Text size="sm">{words.rejectText}</Text>
          <Textarea
            label={words.reason}
            placeholder={words.reasonPlaceholder}
            data-autofocus
            autosize
            minRows={3}
            maxLength={2_000}
            {...form.getInputProps("reason")}
            error={form.errors["reason"] ?? problem?.at("/reason")}
          />
          <FormProblem error={problem} fields={["/reason"]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" color="red" loading={reject.isPending}>
              {words.reject}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
