import type { Cluster } from '../cluster/cluster.js';
import type { Announcement } from '../cluster/topic.js';
import type { Content } from '../config/content.js';
import { ConfigMovedError, type Refusal, type RevisionDraft, type RevisionStore } from '../config/revision-store.js';
import type { Database, Transaction } from '../database/database.js';
import { AuditEvent, type AuditEntry } from './audit-event.js';
import { ConfigRevision } from './config-revision.js';
import { ConfigRollback } from './config-rollback.js';
import { hold } from './held-transaction.js';

/** What the store is made from. */
export interface ConfigRevisionStoreOptions {
  readonly db: Database;
  readonly cluster: Cluster;
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

const contentOf = ({ stated, secretDigests, mounted }: ConfigRevision): Content => ({
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
  const { hash, trigger, requester, at, content, put } = draft;
  const changes = newest ? draft.changesSince(contentOf(newest)) : [];
  await ConfigRevision.query(trx).insert({
    ...{ revision, hash, trigger, hostname, changes, createdAt: at },
    ...{ actorId: requester?.actorId ?? null, rollbackOf: put?.revision ?? null },
    ...{ stated: content.values, secretDigests: content.secrets, mounted: content.mounted },
  });
  await trx.raw('DELETE FROM config_revisions WHERE revision <= ?', [revision - keptRevisions]);
  const details = { revision, hash, trigger, keys: changes.map(({ key }) => key) };
  await record(trx, draft, { action: 'config.applied', details });
};

/** The numbers of the configuration in the tables `config_revisions` and `config_rollback`. */
export const configRevisionStore = ({ db, cluster, hostname }: ConfigRevisionStoreOptions): RevisionStore => ({
  look: () =>
    db.read(async (reader) => {
      const newest = await ConfigRevision.query(reader).select('revision', 'hash').orderBy('revision', 'desc').first();
      const rollback = await ConfigRollback.inForce(reader);
      return { newest: newest ? { revision: newest.revision, hash: newest.hash } : null, rollback };
    }),

  async contentOf(revision) {
    const found = await db.read((reader) => ConfigRevision.numbered(reader, revision));
    return found ? contentOf(found) : null;
  },

  async claim(draft) {
    const { hash, atLeast, after, put } = draft;
    const held = await hold(db, async (trx) => {
      await lock(trx);
      const newest = await ConfigRevision.newest(trx);
      if (after !== undefined && newest !== undefined && newest.revision !== after) throw new ConfigMovedError();
      const known = newest?.hash === hash && newest.revision >= atLeast ? newest.revision : null;
      const revision = known ?? Math.max(atLeast, (newest?.revision ?? 0) + 1);
      if (known === null) await insert(trx, draft, { revision, newest, hostname });
      if (put) {
        await ConfigRollback.put(trx, put);
        await record(trx, draft, { action: 'config.rolled_back', details: { revision, rollback_to: put.revision } });
      }
      const announcement = known !== null && !put ? null : await cluster.announce(trx, 'config');
      return { revision, announcement };
    });
    const { revision, announcement } = held.value;
    return {
      revision,
      keep: () => held.commit(),
      discard: () => held.rollBack(),
      settled: () => settle(cluster, announcement),
    };
  },

  drop: (rollbackId) => ConfigRollback.drop(db.knex, rollbackId),

  refused: (refusal) => recordRefusal(db, refusal),
});

const settle = async (cluster: Cluster, announcement: Announcement | null): Promise<void> => {
  if (announcement !== null) await cluster.settled(announcement);
};

const recordRefusal = (db: Database, { revision, trigger, requester, faults }: Refusal): Promise<void> => {
  const errors = faults.slice(0, 100).map(({ key, file, code }) => ({ key, file, code }));
  const details = { revision, trigger, errors, ...requester?.details };
  const about = { actorId: requester?.actorId ?? null, subjectId: null, details };
  const fact = { action: 'config.refused' as const, result: 'failure' as const, ...about };
  return AuditEvent.record(db.knex, fact, requester?.requestMetadata ?? null);
};
