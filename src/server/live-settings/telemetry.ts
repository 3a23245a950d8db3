import type { CoreServices } from '../startup/bootstrap.js';

/**
 * Applies changes of `telemetry.*` to the export of spans. Whether the collector responds is not checked, since an
 * unavailable collector must not prevent a change of settings.
 * @returns stops applying changes
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
      let isActive = false;
      return {
        commit() {
          tracing.replaceExport(prepared);
          isActive = true;
        },
        async undo() {
          if (isActive) tracing.replaceExport(await tracing.createExport(previous.telemetry));
          else await prepared?.close();
        },
      };
    },
  });
};
