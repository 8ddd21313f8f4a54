import { texts } from "#web/lib/texts.ts";
import { confirm } from "./confirm.tsx";

const words = texts.posts;

/** Asks before a post is called off. */
export function askCancel(onYes: () => void): void {
  confirm({
    title: words.cancelTitle,
    text: words.cancelText,
    yes: words.cancelConfirm,
    no: words.keep,
    onYes,
  });
}
