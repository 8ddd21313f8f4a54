/** Fails so many times with an error that may pass, then does as given. */
export function failTimes<Input, Output>(
  times: number,
  then: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  let left = times;
  return async (input) => {
    if (left > 0) {
      left -= 1;
      throw new Error("the connection was closed");
    }
    return then(input);
  };
}
