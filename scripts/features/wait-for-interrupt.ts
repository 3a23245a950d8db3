/** Keeps the temporary server running for inspection until Ctrl-C or the end of standard input. */
export const waitForInterrupt = (): Promise<void> =>
  new Promise((resolve) => {
    console.log('The server keeps running; press Ctrl-C to stop it.');
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
    process.stdin.once('end', resolve).once('error', resolve).resume();
  }).then(() => {
    process.stdin.pause();
  });
