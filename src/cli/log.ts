import { createLogger, type Logger } from '../observability/logger.js';
import type { ProcessEnvironment } from '../server/process/environment.js';

/** The fields of a log line that a command shows. */
interface Line {
  readonly event?: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

/** Events that are not printed here, since the command reports them as its error. */
const reported: ReadonlySet<string> = new Set(['database.unreachable']);

const textOf = ({ msg = '', err }: Line): string => {
  const reason = err?.message?.replace(/\s+/g, ' ');
  return reason === undefined || msg.includes(reason) ? msg : `${msg}: ${reason}`;
};

/** The log of a command: warnings and errors as plain lines on standard error, without the stacks of `serve`. */
export const commandLog = (environment: ProcessEnvironment): Logger =>
  createLogger('warn', {
    write(text) {
      const line = JSON.parse(text) as Line;
      if (!reported.has(line.event ?? '')) environment.stderr.write(`rollcall: warning: ${textOf(line)}\n`);
    },
  });
