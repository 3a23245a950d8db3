/** Waits for Ctrl-C or the end of standard input. */
export const waitForEnd = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end).off('SIGTERM', end);
      process.stdin.off('end', end).off('close', end).off('error', end).pause();
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
    process.stdin.on('end', end).on('close', end).on('error', end).resume();
  });
