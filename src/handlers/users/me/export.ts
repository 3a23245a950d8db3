import { Readable } from 'node:stream';
import { AppError } from '../../../errors/app-error.js';
import { actorOf, callerOf, type Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit/audit-event.js';
import { personalData } from '../../../models/accounts/personal-data.js';
import { User } from '../../../models/accounts/user.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/users/me/export: downloads all data about the caller as one JSON document. The response is streamed, so
 * an error in the middle closes the connection and leaves an incomplete document.
 * @throws {AppError} invalid_token if the account no longer exists
 */
export const exportMe = ({ db }: Services): Handler =>
  async function exportMe(ctx) {
    const { userId } = callerOf(ctx);
    const { now } = ctx.state;
    const user = await db.read((reader) => User.findAccount(reader, userId));
    if (!user) throw new AppError('invalid_token');
    await AuditEvent.record(db.knex, 'user.exported', actorOf(ctx), { subjectId: userId });
    ctx.type = 'application/json; charset=utf-8';
    ctx.attachment(`rollcall-${now.toISOString().slice(0, 10)}.json`);
    ctx.body = Readable.from(personalData(db, user, now));
  };
