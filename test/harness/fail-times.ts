/** Fails so many times with an error that may pass, then does as given. */
export function failTimes<Inputs extends unknown[], Output>(
  times: number,
  then: (...inputs: Inputs) => Promise<Output>,
): (...inputs: Inputs) => Promise<Output> {
  let left = times;
  return async (...inputs) => {
    if (left > 0) {
      left -= 1;
      throw new Error("the connection was closed");
    }
    return then(...inputs);
  };
}
