import type { InstanceRegistry } from '../../instances/instance-registry.js';
import { changesSince } from '../../config/revisions/revision-content.js';
import {
  OverridesChangedError,
  StaleRevisionError,
  type OverrideWrite,
  type RecordedRevision,
  type Rejection,
  type RevisionDraft,
  type RevisionStore,
  type StoredChange,
} from '../../config/revisions/revision-repository.js';
import type { Change } from '../../config/types.js';
import type { Database, Transaction } from '../../database/database.js';
import { systemActor } from '../actor.js';
import { User } from '../accounts/user.js';
import { AuditEvent } from '../audit/audit-event.js';
import { holdsPermission } from '../roles/permission.js';
import { ConfigRevision, type RecordedChange } from './config-revision.js';
import { readOverrideState, replaceOverrideState } from './config-override-state.js';

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

interface RevisionRow extends Partial<Pick<OverrideWrite, 'reason' | 'rollbackTo'>> {
  readonly revision: number;
  readonly newest: ConfigRevision | undefined;
  readonly hostname: string;
}

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
  { revision, newest, hostname, reason = null, rollbackTo }: RevisionRow,
): Promise<void> => {
  const { hash, trigger, requester, activeSince, content } = draft;
  const changes = newest ? changesSince(newest.toContent(), content).map((change) => withEffect(change, draft)) : [];
  await ConfigRevision.query(trx).insert({
    ...{ revision, hash, trigger, hostname, changes, reason, createdAt: activeSince },
    ...{ actorId: requester?.actorId ?? null, rollbackOf: rollbackTo ?? null },
    ...{ stated: content.values, secretDigests: content.secrets, mounted: content.mounted },
  });
  await trx.raw('DELETE FROM config_revisions WHERE revision <= ?', [revision - keptRevisions]);
  const details = { revision, hash, trigger, keys: changes.map(({ key }) => key), ...(reason !== null && { reason }) };
  await AuditEvent.record(trx, 'config.applied', requester ?? systemActor, { details });
};

/** Whether the overrides have changed since the content was built. */
const isOutOfDate = async (trx: Transaction, { overridesVersion }: RevisionDraft): Promise<boolean> =>
  overridesVersion !== null && (await readOverrideState(trx)).overrides.version !== overridesVersion;

/** The revision store in the tables `config_revisions`, `config_overrides` and those that belong to it. */
export const configRevisionStore = ({ db, instances, hostname }: ConfigRevisionStoreOptions): RevisionStore => ({
  readState: () => db.read(readOverrideState),

  async contentOf(revision) {
    const found = await db.read((reader) => ConfigRevision.numbered(reader, revision));
    return found?.toContent() ?? null;
  },

  async record(draft): Promise<RecordedRevision> {
    const { hash, minRevision } = draft;
    const { revision, invalidation } = await db.transaction(async (trx) => {
      await lock(trx);
      const newest = await ConfigRevision.newest(trx);
      const isRecorded = newest?.hash === hash && newest.revision >= minRevision;
      const number = isRecorded ? newest.revision : Math.max(minRevision, (newest?.revision ?? 0) + 1);
      if (!isRecorded) {
        if (await isOutOfDate(trx, draft)) throw new OverridesChangedError();
        await insert(trx, draft, { revision: number, newest, hostname });
      }
      return { revision: number, invalidation: isRecorded ? null : await instances.publish(trx, 'config') };
    });
    return {
      revision,
      waitForAcks: async () => {
        if (invalidation !== null) await instances.waitForAcks(invalidation);
      },
    };
  },

  async writeOverrides(write): Promise<StoredChange> {
    const { draft, requester, reason, rollbackTo, expectedNewest } = write;
    const { invalidation, ...stored } = await db.transaction(async (trx) => {
      await lock(trx);
      const { now, overrides: before } = await readOverrideState(trx);
      if (before.version !== write.version) throw new OverridesChangedError();
      const newest = await ConfigRevision.newest(trx);
      if (expectedNewest !== undefined && newest !== undefined && newest.revision !== expectedNewest) {
        throw new StaleRevisionError();
      }
      const last = newest?.revision ?? 0;
      const revision = draft === null ? last : Math.max(draft.minRevision, last + 1);
      if (draft !== null) {
        const about = { reason, ...(rollbackTo !== undefined && { rollbackTo }) };
        await insert(trx, draft, { revision, newest, hostname, ...about });
      }
      const next = write.next({ now, revision });
      const version = await replaceOverrideState(trx, next);
      for (const { action, details } of write.events({ now, revision })) {
        await AuditEvent.record(trx, action, requester ?? systemActor, { details });
      }
      return { revision, now, overrides: { ...next, version }, invalidation: await instances.publish(trx, 'config') };
    });
    return { ...stored, waitForAcks: () => instances.waitForAcks(invalidation) };
  },

  recordRejection: (rejection) => recordRejection(db, rejection),

  mayChangeConfig: (accountId, now) =>
    db.read(async (reader) => {
      const account = await User.findAccount(reader, accountId);
      return account?.isActive(now) === true && (await holdsPermission(reader, accountId, 'config:write'));
    }),
});

const recordRejection = (db: Database, { revision, trigger, requester, issues }: Rejection): Promise<void> => {
  const errors = issues.slice(0, 100).map(({ key, file, code }) => ({ key, file, code }));
  const event = { result: 'failure', details: { revision, trigger, errors } } as const;
  return AuditEvent.record(db.knex, 'config.refused', requester ?? systemActor, event);
};
