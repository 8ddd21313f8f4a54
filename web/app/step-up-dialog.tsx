import { Button, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import { stepUp } from "#web/lib/api/step-up.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

/** Asks for the password when the API wants it once more, and lets what waited for it go on. */
export function StepUpDialog() {
  const [opened, setOpened] = useState(false);
  const [password, setPassword] = useState("");
  const answer = useRef<(given: boolean) => void>(() => undefined);
  const behind = useRef<HTMLElement>(undefined);
  useEffect(
    () =>
      stepUp.setAsker(
        () =>
          new Promise<boolean>((resolve) => {
            answer.current = resolve;
            behind.current = [
              ...document.querySelectorAll<HTMLElement>("[role=dialog] [data-autofocus]"),
            ].at(-1);
            setOpened(true);
          }),
      ),
    [],
  );
  const finish = (given: boolean) => {
    setOpened(false);
    setPassword("");
    give.reset();
    answer.current(given);
    // What was clicked rested while it was under way and lost the focus: back into the dialog that is in sight again.
    setTimeout(() => {
      if (document.activeElement === document.body) behind.current?.focus();
    }, 50);
  };
  const give = useAction({
    run: () => answerOf(api.POST("/v1/auth/step-up", { body: { password } })),
    stale: [],
    quiet: true,
    onDone: () => finish(true),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate();
  };
  return (
    <Modal
      opened={opened}
      onClose={() => finish(false)}
      title={texts.account.stepUp.title}
      // Over the dialog whose request waits for it.
      zIndex={400}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{texts.account.stepUp.text}</Text>
          <PasswordInput
            label={texts.account.fields.password}
            autoComplete="current-password"
            required
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={give.error ? problemOf(give.error).detail : undefined}
          />
          <Button type="submit" loading={give.isPending}>
            {texts.account.stepUp.submit}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
