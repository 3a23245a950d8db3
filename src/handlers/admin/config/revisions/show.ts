import { entityTagOf } from '../../../../contract/entity-tag.js';
import type { ConfigRevisionPath } from '../../../../contract/config.js';
import { notFound } from '../../../../errors/not-found.js';
import type { Handler } from '../../../../middleware/context.js';
import { ConfigRevision } from '../../../../models/config/config-revision.js';
import type { Services } from '../../../../services.js';

/**
 * GET /api/v1/admin/config/revisions/{n}: shows what a revision changed.
 * @throws {AppError} not_found
 */
export const showConfigRevision = ({ config, db }: Services): Handler<unknown, unknown, ConfigRevisionPath> =>
  async function showConfigRevision(ctx) {
    const { n } = ctx.state.params;
    await config.ensureNumbered();
    const isNumber = /^[1-9][0-9]{0,14}$/.test(n);
    const found = isNumber ? await db.read((reader) => ConfigRevision.numbered(reader, Number(n))) : undefined;
    if (!found) throw notFound('revision', n);
    const revision = found.toPublic();
    ctx.set('ETag', entityTagOf(revision));
    ctx.body = revision;
  };
