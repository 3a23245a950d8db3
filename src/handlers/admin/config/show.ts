import type { SettingEntry } from '../../../config/explain.js';
import type { Config } from '../../../config/config.js';
import type { Override } from '../../../config/override-state.js';
import type { ConfigOverride } from '../../../contract/config-overrides.js';
import type { ConfigInstance, ConfigView } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import { Instance } from '../../../models/instance.js';
import type { Services } from '../../../services.js';
import { publicOverride, publicPending, publicScheduled } from './override-view.js';
import { etagOf, publicIssues } from './view.js';

const withoutKey = ({ key: _key, ...override }: ConfigOverride): Omit<ConfigOverride, 'key'> => override;

const settingOf = (
  config: Config,
  entry: SettingEntry,
  override: Override | undefined,
): ConfigView['settings'][number] => {
  const { key, value, source, description, env, range, pending } = entry;
  const layers = config.layersOf(key);
  const shadowed = layers.flatMap((layer) => ([source, 'default'].includes(layer.source) ? [] : layer.source));
  return {
    ...{ key, value, source, shadowed, layers, class: entry.class, default: entry.default, description, env },
    ...(range === undefined ? {} : { range }),
    ...(pending === undefined ? {} : { pending }),
    override: override === undefined ? null : withoutKey(publicOverride(override)),
  };
};

/**
 * The active configuration. It is read synchronously, so all parts belong together.
 * @param key a key or a section, to show only its settings
 */
export const viewOf = (config: Config, instances: ConfigInstance[], key?: string): ConfigView => {
  const { status } = config;
  const { revision, hash, loadedAt, lastError, pendingRestart, rollback, pinned, files, overrides } = status;
  const byKey = new Map(overrides.overrides.map((override) => [override.key, override]));
  return {
    revision,
    provisional: revision === null,
    hash,
    loaded_at: loadedAt.toISOString(),
    last_error: lastError && { at: lastError.at.toISOString(), errors: publicIssues(lastError.errors, pinned) },
    pending_restart: [...pendingRestart],
    rollback: rollback && {
      revision: rollback.revision,
      since: rollback.since.toISOString(),
      actor_id: rollback.actorId,
    },
    pending_confirmation: overrides.pending && publicPending(overrides.pending),
    scheduled: overrides.scheduled.map(publicScheduled),
    shadowed_by_override: [...status.shadowedByOverride],
    overrides_without_effect: status.leftOut.map(({ key, issues }) => ({ key, errors: publicIssues(issues, pinned) })),
    pinned: pinned.map(({ key, variable }) => ({ key, variable })),
    files: [...files],
    instances,
    settings: config.explain(key).map((entry) => settingOf(config, entry, byKey.get(entry.key))),
  };
};

/** GET /api/v1/admin/config: the active configuration, the source of each value, and the state of every instance. */
export const showConfig = ({ config, db }: Services): Handler =>
  async function showConfig(ctx) {
    await config.ensureNumbered();
    const instances = await db.read((reader) => Instance.list(reader));
    ctx.body = viewOf(
      config,
      instances.map((instance) => instance.toPublic()),
    );
    ctx.set('ETag', etagOf(config.status));
    ctx.state.isTimeBound = config.status.lastError !== null;
  };
