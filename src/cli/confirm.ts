import { createInterface } from 'node:readline';
import type { Host } from '../server/host.js';

/** Asks a question on the terminal; anything but `y` or `yes`, the end of the input included, is no. */
export const confirm = async (host: Host, question: string): Promise<boolean> => {
  host.stderr.write(question);
  const lines = createInterface({ input: host.stdin as NodeJS.ReadStream });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => {
        resolve('');
      });
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
};
