import type { InstanceRegistry } from '../../instances/instance-registry.js';
import type { Database } from '../../database/database.js';
import { violatedConstraint } from '../../database/classify-error.js';
import type { KeyStore } from '../../security/key-ring.js';
import { systemActor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { SigningKey } from './signing-key.js';

/** The key ring's store over the table `signing_keys`. */
export const signingKeyStore = (db: Database, instances: InstanceRegistry): KeyStore => ({
  list: () => db.read((connection) => SigningKey.newestFirst(connection).execute()),

  async insertActive(key) {
    try {
      await SigningKey.query(db.knex).insert({ ...key });
      return true;
    } catch (error) {
      if (violatedConstraint(error) === 'signing_keys_one_active_key') return false;
      throw error;
    }
  },

  removeExpired: (now) =>
    db.transaction(async (trx) => {
      await SigningKey.lockAll(trx);
      const removed = await SigningKey.removeExpired(trx, now);
      for (const { id: kid, algorithm, state } of removed) {
        const details = { kid, algorithm, reason: state === 'next' ? 'abandoned' : 'expired' };
        await AuditEvent.record(trx, 'key.removed', systemActor, { details });
      }
      // No need to wait for the instances: an expired key does not verify, even if an instance still has it.
      if (removed.length > 0) await instances.publish(trx, 'keys');
      return removed.map(({ id }) => id);
    }),
});
