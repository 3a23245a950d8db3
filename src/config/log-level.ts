import type { LogLevel } from '../observability/logger.js';
import type { Settings } from './schema/settings.js';

/** The log level in force, and until when where that is not for good. */
export interface ActiveLogLevel {
  readonly level: LogLevel;
  readonly until: Date | null;
}

/** The log level at a moment: that of `logging.override` while its time lasts, else `logging.level`. */
export const logLevelAt = ({ logging }: Settings, now: Date): ActiveLogLevel => {
  const { level, until } = logging.override;
  return level !== null && until !== null && now.getTime() < until
    ? { level, until: new Date(until) }
    : { level: logging.level, until: null };
};
