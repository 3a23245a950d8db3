import { raw } from 'objection';
import type { ConfigInstance } from '../contract/config.js';
import type { Connection } from '../database/database.js';
import { BaseModel } from './base-model.js';

/** How long a stopped instance is still listed. */
const shownFor = `interval '1 minute'`;

/** A running process of the service; it updates its row at each heartbeat. */
export class Instance extends BaseModel {
  static override readonly tableName = 'instances';

  declare hostname: string;
  declare pid: number;
  /** Version of the software. */
  declare version: string;
  /** The active configuration of the instance; null if not yet reported. */
  declare revision: number | null;
  declare hash: string | null;
  /** In database time, like all times of this table. */
  declare lastSeenAt: Date;
  /** Whether the instance holds a lease, so that changes of cached data must wait for it. */
  declare isLive: boolean;

  /** The instances that were seen within the last minute, in the order in which they started. */
  static list(db: Connection): Promise<Instance[]> {
    return Instance.query(db)
      .select('id', 'hostname', 'pid', 'version', 'revision', 'hash', 'last_seen_at', 'created_at')
      .select(raw('lease_until > clock_timestamp() AS is_live'))
      .whereRaw(`last_seen_at > clock_timestamp() - ${shownFor}`)
      .orderBy(['created_at', 'id'])
      .execute();
  }

  /** The representation for operators. */
  toPublic(): ConfigInstance {
    const { id, hostname, pid, version, revision, hash, isLive, lastSeenAt } = this;
    return {
      ...{ id, hostname, pid, version, revision, hash, live: isLive },
      ...{ started_at: this.createdAt.toISOString(), last_seen_at: lastSeenAt.toISOString() },
    };
  }
}
