import type { Version, VersionQuery } from '../../contract/system.js';
import { respondFromCache } from '../../middleware/cached-response.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

const lines = (version: Version): string =>
  `${Object.entries(version)
    .map(([name, value]) => `${name}: ${value ?? 'unknown'}`)
    .join('\n')}\n`;

/** GET /api/version: the running release, as JSON or text. */
export const version = (services: Services): Handler<unknown, VersionQuery> =>
  async function version(ctx) {
    const { build } = services;
    const format = ctx.state.query.format ?? 'json';
    await respondFromCache(services, ctx, { namespace: 'version', key: format }, () => {
      const facts = {
        version: build.version,
        commit: build.commit,
        build_date: build.buildDate,
        node_version: build.nodeVersion,
      };
      return { body: { json: facts, plain: build.version, short: build.version, full: lines(facts) }[format] };
    });
    if (format !== 'json') ctx.type = 'text/plain; charset=utf-8';
  };
