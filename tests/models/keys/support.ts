import { InstanceRegistry } from '../../../src/instances/instance-registry.js';
import type { Database } from '../../../src/database/database.js';
import { newId } from '../../../src/models/base-model.js';
import { KeyRotation } from '../../../src/models/keys/key-rotation.js';
import { signingKeyStore } from '../../../src/models/keys/signing-key-store.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { AccessTokens, type AccessTokenSubject } from '../../../src/security/access-token.js';
import { SecretBox } from '../../../src/security/secret-box.js';
import { KeyRing, type KeyAlgorithm } from '../../../src/security/key-ring.js';
import { openDatabase, recordLog } from '../../support/postgres.js';
import { FakeClock, hexKey } from '../../security/support.js';

/** The settings that keys depend on, to be changed by a test. */
export const keySettings = () => ({
  current: {
    auth: {
      issuer: 'rollcall',
      audience: 'rollcall',
      acceptedIssuers: [],
      acceptedAudiences: [],
      access: { ttl: 900_000 },
      keys: { algorithm: 'HS256' as KeyAlgorithm, retentionFactor: 2, maxRetention: 259_200_000 },
    },
  },
});

/** What an instance is made with, where it is not the usual. */
export interface InstanceOptions {
  readonly clock?: FakeClock;
  readonly settings?: ReturnType<typeof keySettings>;
  readonly secretBox?: SecretBox;
}

/** The components of one instance that use keys, with a separate pool. */
export interface Instance {
  readonly db: Database;
  readonly instances: InstanceRegistry;
  readonly ring: KeyRing;
  readonly changes: KeyRotation;
  /** Access tokens with the current settings at each call. */
  readonly tokens: {
    sign(subject: AccessTokenSubject): ReturnType<AccessTokens['sign']>;
    verify(token: string): ReturnType<AccessTokens['verify']>;
  };
  readonly clock: FakeClock;
  readonly settings: ReturnType<typeof keySettings>;
  readonly lines: Record<string, unknown>[];
}

/** Opens an instance; its pool is to be closed. */
export const openInstance = async (url: string, options: InstanceOptions = {}): Promise<Instance> => {
  const { clock = new FakeClock(), settings = keySettings(), secretBox = new SecretBox(hexKey) } = options;
  const { log, lines } = recordLog();
  const db = openDatabase(url, { pool: { min: 0, max: 10 } });
  const instances = new InstanceRegistry({ db, log });
  const ring = await KeyRing.open({ settings, store: signingKeyStore(db, instances), secretBox, clock, log, newId });
  instances.on('keys', () => ring.reload());
  const changes = new KeyRotation({ db, instances, settings, secretBox, clock, log, metrics: new Metrics() });
  const accessTokens = new AccessTokens({ keys: ring, clock });
  const tokens = {
    sign: (subject: AccessTokenSubject) => accessTokens.sign(subject, settings.current.auth),
    verify: (token: string) => accessTokens.verify(token, settings.current.auth),
  };
  return { db, instances, ring, changes, tokens, clock, settings, lines };
};

/** Makes each of two instances handle the invalidations of the other. */
export const connectInvalidations = (one: Instance, other: Instance): void => {
  one.instances.on('keys', () => other.ring.reload());
  other.instances.on('keys', () => one.ring.reload());
};

/** A row of the table, as far as tests look. */
export interface KeyRow {
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly state: string;
  readonly made_for: string | null;
  readonly token_ttl_ms: number | null;
  readonly tokens_until: Date | null;
  readonly expires_at: Date | null;
}

/** All keys, oldest first. */
export const keyRows = async ({ db }: Pick<Instance, 'db'>): Promise<KeyRow[]> =>
  db.knex<KeyRow>('signing_keys').select().orderBy(['created_at', 'id']);

/** State and algorithm of all keys, sorted. */
export const keyStates = async (instance: Pick<Instance, 'db'>): Promise<string[]> =>
  (await keyRows(instance)).map(({ state, algorithm }) => `${state} ${algorithm}`).sort();

/** The audit rows of an action, oldest first. */
export const auditOf = async (
  { db }: Pick<Instance, 'db'>,
  action: string,
): Promise<{ actor_id: string | null; details: Record<string, unknown> }[]> =>
  db.knex('audit_events').where({ action }).orderBy(['created_at', 'id']);

/** Lets the hold of a rotation on its key lapse, as time would. */
export const lapseClaims = ({ db }: Pick<Instance, 'db'>): PromiseLike<unknown> =>
  db.knex.raw(`UPDATE signing_keys SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'next'`);
