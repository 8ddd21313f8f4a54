import { Modal, type ModalProps } from "@mantine/core";
import { stepUp } from "#web/lib/api/step-up.ts";

/** A dialog of a page. While the password is asked for in front of it, the key that closes that one leaves it alone. */
export function Dialog({ onClose, ...props }: ModalProps) {
  return (
    <Modal
      {...props}
      onClose={() => {
        if (!stepUp.inFront()) onClose();
      }}
    />
  );
}
