import type { InstanceRegistry } from '../../instances/instance-registry.js';
import { changesSince, type RevisionContent } from '../../config/revisions/revision-content.js';
import {
  StaleRevisionError,
  type Rejection,
  type RevisionDraft,
  type RevisionStore,
} from '../../config/revisions/revision-repository.js';
import type { Change } from '../../config/types.js';
import type { Database, Transaction } from '../../database/database.js';
import { systemActor } from '../actor.js';
import type { AuditAction } from '../../contract/audit-event.js';
import { AuditEvent, type AuditEventFields } from '../audit/audit-event.js';
import { ConfigRevision, type RecordedChange } from './config-revision.js';
import { ConfigRollback } from './config-rollback.js';

/** Options for `configRevisionStore`. */
export interface ConfigRevisionStoreOptions {
  readonly db: Database;
  readonly instances: InstanceRegistry;
  /** The host name of this instance. */
  readonly hostname: string;
}

/** How many revisions are kept. Older ones are only in the audit log. */
const keptRevisions = 1000;

/** How long an instance waits for another one that is recording a revision, in milliseconds. */
const lockTimeoutMs = 2_000;

/** Instances on the same schema record revisions one after the other. */
const lock = async (trx: Transaction): Promise<void> => {
  await trx.raw(
    `SELECT set_config('lock_timeout', ?, true),
      pg_advisory_xact_lock(hashtextextended('rollcall config revisions in ' || coalesce(current_schema(), ''), 0))`,
    [`${String(lockTimeoutMs)}ms`],
  );
};

const contentOf = ({ stated, secretDigests, mounted }: ConfigRevision): RevisionContent => ({
  values: stated,
  secrets: secretDigests,
  mounted,
});

const record = (
  trx: Transaction,
  { requester }: RevisionDraft,
  { action, details }: { action: AuditAction; details: AuditEventFields['details'] },
) => AuditEvent.record(trx, action, requester ?? systemActor, details === undefined ? {} : { details });

/** Marks a change that had no immediate effect on the instance that records it. */
const withEffect = (change: Change, { pendingRestart, overridden }: RevisionDraft): RecordedChange => {
  const pinnedBy = overridden.find(({ key }) => key === change.key)?.variable;
  return {
    ...change,
    ...(pinnedBy !== undefined && { pinnedBy }),
    ...(pendingRestart.includes(change.key) && { pendingRestart: true }),
  };
};

const insert = async (
  trx: Transaction,
  draft: RevisionDraft,
  { revision, newest, hostname }: { revision: number; newest: ConfigRevision | undefined; hostname: string },
): Promise<void> => {
  const { hash, trigger, requester, activeSince, content, rollback } = draft;
  const changes = newest ? changesSince(contentOf(newest), content).map((change) => withEffect(change, draft)) : [];
  await ConfigRevision.query(trx).insert({
    ...{ revision, hash, trigger, hostname, changes, createdAt: activeSince },
    ...{ actorId: requester?.actorId ?? null, rollbackOf: rollback?.stored.revision ?? null },
    ...{ stated: content.values, secretDigests: content.secrets, mounted: content.mounted },
  });
  await trx.raw('DELETE FROM config_revisions WHERE revision <= ?', [revision - keptRevisions]);
  const details = { revision, hash, trigger, keys: changes.map(({ key }) => key) };
  await record(trx, draft, { action: 'config.applied', details });
};

/** The revision store in the tables `config_revisions` and `config_rollback`. */
export const configRevisionStore = ({ db, instances, hostname }: ConfigRevisionStoreOptions): RevisionStore => ({
  readState: () =>
    db.read(async (reader) => {
      const newest = await ConfigRevision.query(reader).select('revision', 'hash').orderBy('revision', 'desc').first();
      const rollback = await ConfigRollback.active(reader);
      return { newest: newest ? { revision: newest.revision, hash: newest.hash } : null, rollback };
    }),

  async contentOf(revision) {
    const found = await db.read((reader) => ConfigRevision.numbered(reader, revision));
    return found ? contentOf(found) : null;
  },

  async record(draft) {
    const { hash, minRevision, rollback } = draft;
    const { revision, invalidation } = await db.transaction(async (trx) => {
      await lock(trx);
      const newest = await ConfigRevision.newest(trx);
      const expected = rollback?.expectedNewest;
      if (expected !== undefined && newest !== undefined && newest.revision !== expected) {
        throw new StaleRevisionError();
      }
      const isRecorded = newest?.hash === hash && newest.revision >= minRevision;
      const number = isRecorded ? newest.revision : Math.max(minRevision, (newest?.revision ?? 0) + 1);
      if (!isRecorded) await insert(trx, draft, { revision: number, newest, hostname });
      if (rollback) {
        const { stored } = rollback;
        await ConfigRollback.replace(trx, stored);
        const details = { revision: number, rollback_to: stored.revision };
        await record(trx, draft, { action: 'config.rolled_back', details });
      }
      const isNew = !isRecorded || rollback !== undefined;
      return { revision: number, invalidation: isNew ? await instances.publish(trx, 'config') : null };
    });
    return {
      revision,
      waitForAcks: async () => {
        if (invalidation !== null) await instances.waitForAcks(invalidation);
      },
    };
  },

  deleteRollback: (rollbackId) => ConfigRollback.remove(db.knex, rollbackId),

  recordRejection: (rejection) => recordRejection(db, rejection),
});

const recordRejection = (db: Database, { revision, trigger, requester, issues }: Rejection): Promise<void> => {
  const errors = issues.slice(0, 100).map(({ key, file, code }) => ({ key, file, code }));
  const event = { result: 'failure', details: { revision, trigger, errors } } as const;
  return AuditEvent.record(db.knex, 'config.refused', requester ?? systemActor, event);
};
