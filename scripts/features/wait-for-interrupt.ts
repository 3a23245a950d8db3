/** Keeps the throw-away server up for a look: until Ctrl-C, or until the end of the input where nobody is there to look. */
export const waitForInterrupt = (): Promise<void> =>
  new Promise((resolve) => {
    console.log('The server stays up for a look; Ctrl-C ends it.');
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
    process.stdin.once('end', resolve).once('error', resolve).resume();
  }).then(() => {
    process.stdin.pause();
  });
