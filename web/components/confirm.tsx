import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";

/** Asks before what can't be undone. The first key that is pressed changes nothing: the safe answer has the focus. */
export function confirm(question: {
  title: string;
  text: string;
  yes: string;
  no: string;
  /** It takes nothing away: not painted as a danger. */
  harmless?: boolean;
  onYes: () => void;
}): void {
  modals.openConfirmModal({
    title: question.title,
    children: <Text size="sm">{question.text}</Text>,
    labels: { confirm: question.yes, cancel: question.no },
    confirmProps: question.harmless ? {} : { color: "red" },
    cancelProps: { "data-autofocus": true },
    onConfirm: question.onYes,
  });
}
