import type { Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import type { Settings } from '../../config/schema/schema.js';
import type { Logger, LogLevel } from '../../observability/logger.js';

/** The active log level, and until when if it is temporary. */
interface ActiveLogLevel {
  readonly level: LogLevel;
  readonly until: Date | null;
}

/** The log level at a given time: that of `logging.override` until it expires, then `logging.level`. */
export const logLevelAt = ({ logging }: Settings, now: Date): ActiveLogLevel => {
  const { level, until } = logging.override;
  return level !== null && until !== null && now.getTime() < until
    ? { level, until: new Date(until) }
    : { level: logging.level, until: null };
};

/** Interval at which the start and end of an override are checked, in milliseconds. */
const usualTickMs = 1000;

const nameOf = ({ level, until }: ActiveLogLevel): string => `${level} ${until?.toISOString() ?? ''}`;

/**
 * Applies changes of `logging.*` to the log level. The time of an override is compared with the wall clock at
 * intervals, so it also ends on time when the clock is set. Start and end are logged at every level.
 * @returns a function that stops this
 */
export const applyLogLevel = (
  { config, log, clock }: { readonly config: Config; readonly log: Logger; readonly clock: Clock },
  tickMs = usualTickMs,
): (() => void) => {
  const state: { active: ActiveLogLevel; timer: NodeJS.Timeout | undefined } = {
    active: { level: config.current.logging.level, until: null },
    timer: undefined,
  };
  const settle = (settings: Settings): void => {
    clearInterval(state.timer);
    const before = state.active;
    state.active = logLevelAt(settings, clock.now());
    log.level = state.active.level;
    if (settings.logging.override.until !== null) {
      state.timer = setInterval(() => {
        if (nameOf(logLevelAt(config.current, clock.now())) !== nameOf(state.active)) settle(config.current);
      }, tickMs).unref();
    }
    const { level, until } = state.active;
    if (before.until?.getTime() === until?.getTime() && (until === null || before.level === level)) return;
    const line = log.child({}, { level: 'info' });
    if (until === null) line.info({ event: 'log_level.restored', log_level: level }, 'log level override ended');
    else {
      line.info(
        { event: 'log_level.overridden', log_level: level, until: until.toISOString() },
        'log level overridden temporarily',
      );
    }
  };
  settle(config.current);
  const unsubscribe = config.subscribe({
    name: 'log level',
    prepare: (next) => ({
      commit() {
        settle(next);
      },
      undo() {
        settle(config.current);
      },
    }),
  });
  return () => {
    unsubscribe();
    clearInterval(state.timer);
  };
};
