import { changesSince, type RevisionContent } from '../../../config/revisions/revision-content.js';
import type { ConfigComparison, ConfigCompareQuery } from '../../../contract/config-overrides.js';
import { notFound } from '../../../errors/not-found.js';
import type { Handler } from '../../../middleware/context.js';
import { ConfigRevision } from '../../../models/config/config-revision.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/admin/config/compare: shows the differences of two revisions, or of one and the active configuration.
 * @throws {AppError} not_found for a revision that does not exist
 */
export const compareConfigRevisions = ({ config, db }: Services): Handler<unknown, ConfigCompareQuery> =>
  async function compareConfigRevisions(ctx) {
    const { from, to } = ctx.state.query;
    await config.ensureNumbered();
    const contentOf = async (number: string): Promise<RevisionContent> => {
      const found = await db.read((reader) => ConfigRevision.numbered(reader, Number(number)));
      if (!found) throw notFound('revision', number);
      return found.toContent();
    };
    const [before, after] = [await contentOf(from), to === undefined ? config.content : await contentOf(to)];
    const changes = changesSince(before, after).map(({ key, from: old, to: next }) => ({ key, from: old, to: next }));
    ctx.body = { changes } satisfies ConfigComparison;
  };
