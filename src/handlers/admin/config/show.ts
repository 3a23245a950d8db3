import type { SettingEntry } from '../../../config/explain.js';
import type { Config } from '../../../config/config.js';
import type { ConfigInstance, ConfigView } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import { Instance } from '../../../models/instance.js';
import type { Services } from '../../../services.js';
import { etagOf, publicIssues } from './view.js';

const settingOf = (config: Config, entry: SettingEntry): ConfigView['settings'][number] => {
  const { key, value, source, description, env, range, pending } = entry;
  const shadowed = config.layersOf(key).flatMap((said) => (said.wins || said.source === 'default' ? [] : said.source));
  return {
    ...{ key, value, source, shadowed, class: entry.class, default: entry.default, description, env },
    ...(range === undefined ? {} : { range }),
    ...(pending === undefined ? {} : { pending }),
  };
};

/**
 * The active configuration. It is read synchronously, so all parts belong together.
 * @param key a key or a section, to show only its settings
 */
export const viewOf = (config: Config, instances: ConfigInstance[], key?: string): ConfigView => {
  const { status } = config;
  const { revision, hash, loadedAt, lastError, pendingRestart, rollback, pinned, files } = status;
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
    pinned: pinned.map(({ key, variable }) => ({ key, variable })),
    files: [...files],
    instances,
    settings: config.explain(key).map((entry) => settingOf(config, entry)),
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
  };
