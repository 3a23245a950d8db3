import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { BuildInfo } from '../../build-info.js';
import { Cache } from '../../cache/cache.js';
import type { Clock } from '../../clock.js';
import { InstanceRegistry } from '../../instances/instance-registry.js';
import type { Config } from '../../config/config.js';
import type { Database } from '../../database/database.js';
import { RateLimiter } from '../../limits/rate-limiter.js';
import { OutboxSignal } from '../../mail/outbox-signal.js';
import { newId } from '../../models/base-model.js';
import { KeyRotation } from '../../models/keys/key-rotation.js';
import { configRevisionStore } from '../../models/config/config-revision-store.js';
import { highestPasswordCost } from '../../models/login/credential.js';
import { LoginAttempts } from '../../models/login/login-attempts.js';
import { SessionLoader } from '../../models/sessions/session-loader.js';
import { signingKeyStore } from '../../models/keys/signing-key-store.js';
import { Statistics } from '../../models/statistics.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { Tracing } from '../../observability/tracing/tracing.js';
import { AccessTokens } from '../../security/access-token.js';
import { SecretBox } from '../../security/secret-box.js';
import { HashQueue } from '../../security/hash-queue.js';
import { KeyRing } from '../../security/key-ring.js';
import { PasswordPolicy } from '../../security/password-policy.js';
import { PasswordHasher } from '../../security/password.js';
import { StoredCost } from '../../security/stored-cost.js';
import type { Lifecycle, Services } from '../../services.js';
import { checkSecrets } from './check-secrets.js';

/** Options for `openServices`. */
export interface ServiceOptions {
  readonly config: Config;
  /** A migrated database. */
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Without it, there are no traces. */
  readonly tracing?: Tracing;
  readonly build: BuildInfo;
  readonly lifecycle: Lifecycle;
  /** See Services. */
  readonly validateResponses?: boolean;
  /** Size of libuv's thread pool, which hashes passwords; 4 by default. */
  readonly threadPoolSize?: number;
  /** Maps `password.bcryptCost` to the cost to use. Tests use a lower cost. */
  readonly hashCost?: (configured: number) => number;
}

/** Registers a gauge of the signing keys, by state and algorithm. */
const observeKeys = (metrics: Metrics, keys: Pick<KeyRing, 'inventory'>): void => {
  metrics.gauge(
    'rollcall_signing_keys',
    'Number of signing keys that can verify tokens, by state and algorithm.',
    ['state', 'algorithm'],
    (gauge) => {
      gauge.reset();
      for (const { state, algorithm } of keys.inventory()) gauge.inc({ state, algorithm });
    },
  );
};

/**
 * Creates the services of an app. The database must be available, because the signing keys are read from it.
 * @throws {CommandError} exit code 2 if the database was used with another pepper or encryption key
 * @throws {KeyRingError} if the signing keys cannot be read
 */
export const openServices = async (parts: ServiceOptions): Promise<Services> => {
  const { config, db, clock, log, metrics, lifecycle } = parts;
  await checkSecrets({ db, log, settings: config.current });
  const prefix = db.schema ?? 'rollcall';
  const secretBox = new SecretBox(config.current.auth.keys.encryptionKey);
  const instances = new InstanceRegistry({ db, log, clock, metrics });
  const isFresh = (): boolean => instances.isFresh;
  const store = signingKeyStore(db, instances);
  const keys = await KeyRing.open({ settings: config, store, secretBox, clock, log, newId, isFresh });
  const cache = new Cache({ settings: config, clock, prefix, log, metrics, isFresh });
  instances.on('keys', () => keys.reload());
  instances.on('cache', async () => {
    await cache.flush();
  });
  observeKeys(metrics, keys);
  const rateLimiter = new RateLimiter({ clock, prefix, metrics });
  const { threadPoolSize = 4 } = parts;
  const queue = new HashQueue({ settings: config, metrics, threadPoolSize });
  const { hashConcurrency } = config.current.security;
  if (hashConcurrency >= threadPoolSize) {
    const message =
      'security.hashConcurrency is limited by UV_THREADPOOL_SIZE: one thread stays free for files and DNS';
    log.warn(
      { event: 'hashing.concurrency_limited', hash_concurrency: hashConcurrency, thread_pool_size: threadPoolSize },
      message,
    );
  }
  const storedCost = new StoredCost({ clock, log, read: () => db.read(highestPasswordCost) });
  const tracing = parts.tracing ?? new Tracing({ log, metrics, version: parts.build.version });
  config.useRevisionStore(configRevisionStore({ db, instances, hostname: hostname() }));
  instances.on('config', () => config.syncRevisions());
  return {
    ...parts,
    validateResponses: parts.validateResponses ?? false,
    cache,
    rateLimiter,
    tracing,
    attempts: new LoginAttempts({ db, clock, rateLimiter }),
    keys,
    keyRotation: new KeyRotation({ db, instances, settings: config, secretBox, clock, log, metrics }),
    instances,
    accessTokens: new AccessTokens({ keys, clock }),
    secretBox,
    passwords: new PasswordHasher({
      ...{ queue, tracing, highestStoredCost: () => storedCost.highest() },
      ...(parts.hashCost && { costOf: parts.hashCost }),
    }),
    passwordPolicy: new PasswordPolicy(),
    sessions: new SessionLoader(db),
    statistics: new Statistics({ db, clock }),
    outboxSignal: new OutboxSignal(),
    publicUrl: () => {
      const { publicUrl, basePath, host, port } = config.current.server;
      // A browser cannot open a Unix socket.
      const listening = host.startsWith('unix:') ? 'http://localhost' : lifecycle.url;
      return `${publicUrl ?? listening ?? `http://${isIPv6(host) ? `[${host}]` : host}:${String(port)}`}${basePath}`;
    },
  };
};

/** Registers this process as one of the instances on its database. */
export const registerInstance = async ({ instances, config, build }: Services, pid: number): Promise<void> => {
  const status = (): { revision: number | null; hash: string } => config.status;
  await instances.register({ id: newId(), hostname: hostname(), pid, version: build.version, status });
};
