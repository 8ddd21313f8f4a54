import { Button } from "@mantine/core";
import { answerOf, api } from "#web/lib/api/client.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.notifications.settings;

/** Has a message sent to oneself, to see whether it arrives. */
export function TestButton({ way }: { way: "email" | "chat" }) {
  const test = useAction({
    run: () => answerOf(api.POST("/v1/notification-settings/test", { body: { way } })),
    stale: [["notifications", "settings"]],
    done: words.tested,
  });
  return (
    <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
      {words.test[way]}
    </Button>
  );
}
