import { respondFromCache } from '../../middleware/cached-response.js';
import type { Handler } from '../../middleware/context.js';
import { uptimeSeconds, type Services } from '../../services.js';

/** Length of the abbreviated commit hash. */
const shortCommit = 12;

/** GET /api/info: a summary of the service. It is cached, except for the active configuration revision. */
export const info = (services: Services): Handler =>
  async function info(ctx) {
    const { build, config } = services;
    const { settings } = ctx.state;
    const { cache } = settings;
    await config.ensureNumbered();
    await respondFromCache(services, ctx, { namespace: 'info', key: 'info' }, () => ({
      body: {
        version: build.version,
        commit_short: build.commit?.slice(0, shortCommit) ?? null,
        build_date: build.buildDate,
        uptime_seconds: uptimeSeconds(services),
        cache_enabled: cache.enabled,
        healthz_status: 'healthy',
        node_version: build.nodeVersion,
      },
    }));
    ctx.body = { ...(ctx.body as object), cache_enabled: cache.enabled, config_revision: config.revisionOf(settings) };
  };
