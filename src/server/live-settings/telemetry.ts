import type { CoreServices } from '../startup/bootstrap.js';

/**
 * Applies changes of `telemetry.*` to the exporter: a new exporter is created before the old one sends its remaining
 * spans and is closed. The collector is not tested, because tracing must not prevent a change of settings.
 * @returns a function that stops this
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
