import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { texts } from "#web/lib/texts.ts";
import { ResolveDialog } from "./resolve-dialog.tsx";

/** Leads to the decision on a target that nobody could prove. */
export function DecideButton(props: {
  postId: string;
  targetId: string;
  channelName: string;
  label: string;
}) {
  const { label, ...about } = props;
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" aria-label={label} onClick={open}>
        {texts.posts.decide}
      </Button>
      <ResolveDialog {...about} opened={opened} onClose={close} />
    </>
  );
}
