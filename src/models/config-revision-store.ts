import type { InstanceRegistry } from '../instances/instance-registry.js';
import type { Invalidation } from '../instances/invalidation-handlers.js';
import type { RevisionContent } from '../config/revisions/revision-content.js';
import {
  StaleRevisionError,
  type Rejection,
  type RevisionDraft,
  type RevisionStore,
} from '../config/revisions/revision-store.js';
import type { Database, Transaction } from '../database/database.js';
import { AuditEvent, type AuditEntry } from './audit-event.js';
import { ConfigRevision } from './config-revision.js';
import { ConfigRollback } from './config-rollback.js';
import { openManualTransaction } from './manual-transaction.js';

/** What the store is made from. */
export interface ConfigRevisionStoreOptions {
  readonly db: Database;
  readonly instances: InstanceRegistry;
  /** The machine that this instance runs on. */
  readonly hostname: string;
}

/** How many revisions are kept; the audit trail tells of older ones for as long as it is kept. */
const keptRevisions = 1000;

/** How long a claim waits for another one, in milliseconds; who waits for it may have given up before. */
const lockTimeoutMs = 2_000;

/** Claims come one after the other, over all instances on the schema. */
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

const record = (trx: Transaction, { requester }: RevisionDraft, fact: Pick<AuditEntry, 'action' | 'details'>) =>
  AuditEvent.record(
    trx,
    {
      ...{ action: fact.action, details: { ...fact.details, ...requester?.details } },
      ...{ result: 'success', actorId: requester?.actorId ?? null, subjectId: null },
    },
    requester?.requestMetadata ?? null,
  );

const insert = async (
  trx: Transaction,
  draft: RevisionDraft,
  { revision, newest, hostname }: { revision: number; newest: ConfigRevision | undefined; hostname: string },
): Promise<void> => {
  const { hash, trigger, requester, activeSince, content, startsRollback } = draft;
  const changes = newest ? draft.changesSince(contentOf(newest)) : [];
  await ConfigRevision.query(trx).insert({
    ...{ revision, hash, trigger, hostname, changes, createdAt: activeSince },
    ...{ actorId: requester?.actorId ?? null, rollbackOf: startsRollback?.revision ?? null },
    ...{ stated: content.values, secretDigests: content.secrets, mounted: content.mounted },
  });
  await trx.raw('DELETE FROM config_revisions WHERE revision <= ?', [revision - keptRevisions]);
  const details = { revision, hash, trigger, keys: changes.map(({ key }) => key) };
  await record(trx, draft, { action: 'config.applied', details });
};

/** The numbers of the configuration in the tables `config_revisions` and `config_rollback`. */
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

  async reserve(draft) {
    const { hash, minRevision, expectedNewest, startsRollback } = draft;
    const held = await openManualTransaction(db, async (trx) => {
      await lock(trx);
      const newest = await ConfigRevision.newest(trx);
      if (expectedNewest !== undefined && newest !== undefined && newest.revision !== expectedNewest)
        throw new StaleRevisionError();
      const known = newest?.hash === hash && newest.revision >= minRevision ? newest.revision : null;
      const revision = known ?? Math.max(minRevision, (newest?.revision ?? 0) + 1);
      if (known === null) await insert(trx, draft, { revision, newest, hostname });
      if (startsRollback) {
        await ConfigRollback.replace(trx, startsRollback);
        await record(trx, draft, {
          action: 'config.rolled_back',
          details: { revision, rollback_to: startsRollback.revision },
        });
      }
      const invalidation = known !== null && !startsRollback ? null : await instances.publish(trx, 'config');
      return { revision, invalidation };
    });
    const { revision, invalidation } = held.value;
    return {
      revision,
      keep: () => held.commit(),
      discard: () => held.rollBack(),
      settled: () => settle(instances, invalidation),
    };
  },

  deleteRollback: (rollbackId) => ConfigRollback.remove(db.knex, rollbackId),

  recordRejection: (refusal) => recordRefusal(db, refusal),
});

const settle = async (instances: InstanceRegistry, invalidation: Invalidation | null): Promise<void> => {
  if (invalidation !== null) await instances.waitForAcks(invalidation);
};

const recordRefusal = (db: Database, { revision, trigger, requester, issues }: Rejection): Promise<void> => {
  const errors = issues.slice(0, 100).map(({ key, file, code }) => ({ key, file, code }));
  const details = { revision, trigger, errors, ...requester?.details };
  const about = { actorId: requester?.actorId ?? null, subjectId: null, details };
  const fact = { action: 'config.refused' as const, result: 'failure' as const, ...about };
  return AuditEvent.record(db.knex, fact, requester?.requestMetadata ?? null);
};
