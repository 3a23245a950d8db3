import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether the run can wait for Ctrl-C or the end of standard input; not if that is closed or a file such as /dev/null. */
export const canWaitForInterrupt = (): boolean => {
  if (isatty(0)) return true;
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
};

/** Keeps the temporary server running for inspection until Ctrl-C or the end of standard input. */
export const waitForInterrupt = (): Promise<void> =>
  new Promise((resolve) => {
    console.log('The server keeps running; press Ctrl-C to stop it.');
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
    process.stdin.once('end', resolve).once('error', resolve).resume();
  }).then(() => {
    process.stdin.pause();
  });
