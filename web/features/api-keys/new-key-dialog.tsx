import { useState } from "react";
import { Dialog } from "#web/components/dialog.tsx";
import { texts } from "#web/lib/texts.ts";
import { NewKeyForm } from "./new-key-form.tsx";
import { ShownKey } from "./shown-key.tsx";

const words = texts.apiKeys;

/** Makes a key and shows it, this once: closing the dialog forgets it. */
export function NewKeyDialog(props: {
  opened: boolean;
  onClose: () => void;
  /** What whoever makes it may do: a key can do no more. */
  allowed: readonly string[];
}) {
  const [made, setMade] = useState<{ key: string | undefined }>();
  const close = () => {
    setMade(undefined);
    props.onClose();
  };
  return (
    <Dialog
      opened={props.opened}
      onClose={close}
      title={made ? words.madeTitle : words.create}
      size="lg"
      // The only copy of a key should not go by a slip of the hand.
      closeOnClickOutside={made === undefined}
      closeOnEscape={made === undefined}
    >
      {made ? (
        <ShownKey apiKey={made.key} onSaved={close} />
      ) : (
        <NewKeyForm allowed={props.allowed} onMade={(key) => setMade({ key })} />
      )}
    </Dialog>
  );
}
