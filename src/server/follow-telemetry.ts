import type { Foundation } from './foundation.js';

/**
 * Lets the way to the collector follow `telemetry.*`: the new one is made before the old one sends what it holds and is
 * let go. Whether the collector answers is not asked: tracing must keep nobody from changing a setting.
 * @returns stops it
 */
export const followTelemetry = ({ config, tracing }: Pick<Foundation, 'config' | 'tracing'>): (() => void) => {
  tracing.use(tracing.prepare(config.current.telemetry));
  return config.subscribe({
    name: 'telemetry',
    prepare(next, previous) {
      const isSame =
        next.telemetry.enabled === previous.telemetry.enabled &&
        next.telemetry.endpoint === previous.telemetry.endpoint;
      if (isSame) return undefined;
      const prepared = tracing.prepare(next.telemetry);
      let isInForce = false;
      return {
        commit() {
          tracing.use(prepared);
          isInForce = true;
        },
        async undo() {
          if (isInForce) tracing.use(tracing.prepare(previous.telemetry));
          else await prepared?.close(0);
        },
      };
    },
  });
};
