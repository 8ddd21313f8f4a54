type Asker = () => Promise<boolean>;

let asker: Asker | undefined;
let asking: Promise<boolean> | undefined;
let inFront = false;

/** Where requests that need the password once more meet the dialog that asks for it. */
export const stepUp = {
  /** Says who asks: the one dialog of the app. Returns how to take it back. */
  setAsker(ask: Asker): () => void {
    asker = ask;
    return () => {
      if (asker === ask) asker = undefined;
    };
  },
  /** True once the password was given; false when the person would rather not. Asks once for any number of requests. */
  ask(): Promise<boolean> {
    if (asking) return asking;
    inFront = asker !== undefined;
    asking = (asker?.() ?? Promise.resolve(false)).finally(() => {
      asking = undefined;
      setTimeout(() => {
        inFront = asking !== undefined;
      });
    });
    return asking;
  },
  /** Whether the person is asked; true until all others have seen the key that ended it, too. */
  inFront(): boolean {
    return inFront;
  },
};
