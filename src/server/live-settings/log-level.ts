import { logLevelAt, type ActiveLogLevel } from '../../config/log-level.js';
import type { Settings } from '../../config/schema/settings.js';
import type { CoreServices } from '../startup/bootstrap.js';

/** How often it is looked whether an override has begun or ended, in milliseconds. */
const usualTickMs = 1000;

const nameOf = ({ level, until }: ActiveLogLevel): string => `${level} ${until?.toISOString() ?? ''}`;

/**
 * Lets the level of the log follow `logging.*`. An override ends by itself at its time: wall time is looked at again and
 * again while one is stated, so it also holds for a clock that is set; beginning and end are logged whatever the level.
 * @returns stops it
 */
export const applyLogLevel = (
  { config, log, clock }: Pick<CoreServices, 'config' | 'log' | 'clock'>,
  tickMs = usualTickMs,
): (() => void) => {
  const state: { inForce: ActiveLogLevel; timer: NodeJS.Timeout | undefined } = {
    inForce: { level: config.current.logging.level, until: null },
    timer: undefined,
  };
  const settle = (settings: Settings): void => {
    clearInterval(state.timer);
    const before = state.inForce;
    state.inForce = logLevelAt(settings, clock.now());
    log.level = state.inForce.level;
    if (settings.logging.override.until !== null) {
      state.timer = setInterval(() => {
        if (nameOf(logLevelAt(config.current, clock.now())) !== nameOf(state.inForce)) settle(config.current);
      }, tickMs).unref();
    }
    const { level, until } = state.inForce;
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
