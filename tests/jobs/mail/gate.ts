/** A promise and the function that resolves it. */
export const makeGate = () => {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    promise,
    open: (): void => {
      open();
    },
  };
};
