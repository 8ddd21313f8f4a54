import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";

/** Asks before what can't be undone. */
export function confirm(question: {
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
}): void {
  modals.openConfirmModal({
    title: question.title,
    children: <Text size="sm">{question.text}</Text>,
    labels: { confirm: question.yes, cancel: question.no },
    confirmProps: { color: "red" },
    onConfirm: question.onYes,
  });
}
