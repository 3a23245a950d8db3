import { createLogger, type Logger } from '../observability/logger.js';
import type { Host } from '../server/host.js';

/** What a line of the log holds, as far as a command shows it. */
interface Line {
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

const textOf = ({ msg = '', err }: Line): string => {
  const reason = err?.message?.replace(/\s+/g, ' ');
  return reason === undefined || msg.includes(reason) ? msg : `${msg}: ${reason}`;
};

/** The log of a command: warnings and errors as plain lines on standard error, without the stacks of `serve`. */
export const commandLog = (host: Host): Logger =>
  createLogger('warn', {
    write: (line) => host.stderr.write(`rollcall: warning: ${textOf(JSON.parse(line) as Line)}\n`),
  });
