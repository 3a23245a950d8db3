import type { CoreServices } from '../startup/bootstrap.js';

/**
 * Lets the way to the collector follow `telemetry.*`: the new one is made before the old one sends what it holds and is
 * let go. Whether the collector answers is not asked: tracing must keep nobody from changing a setting.
 * @returns stops it
 */
export const applyTelemetrySettings = async ({
  config,
  tracing,
}: Pick<CoreServices, 'config' | 'tracing'>): Promise<() => void> => {
  tracing.replaceExport(await tracing.createExport(config.current.telemetry));
  return config.subscribe({
    name: 'telemetry',
    async prepare(next, previous) {
      const isSame =
        next.telemetry.enabled === previous.telemetry.enabled &&
        next.telemetry.endpoint === previous.telemetry.endpoint;
      if (isSame) return undefined;
      const prepared = await tracing.createExport(next.telemetry);
      let isInForce = false;
      return {
        commit() {
          tracing.replaceExport(prepared);
          isInForce = true;
        },
        async undo() {
          if (isInForce) tracing.replaceExport(await tracing.createExport(previous.telemetry));
          else await prepared?.close(0);
        },
      };
    },
  });
};
