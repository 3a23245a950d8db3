import type { BuildInfo } from './build-info.js';
import type { Cache } from './cache/cache.js';
import type { Clock } from './clock.js';
import type { InstanceRegistry } from './instances/instance-registry.js';
import type { Config } from './config/config.js';
import type { Database } from './database/database.js';
import type { RateLimiter } from './limits/rate-limiter.js';
import type { OutboxSignal } from './mail/outbox-signal.js';
import type { LoginAttempts } from './models/login/login-attempts.js';
import type { KeyRotation } from './models/keys/key-rotation.js';
import type { Statistics } from './models/statistics.js';
import type { SessionLoader } from './models/sessions/session-loader.js';
import type { Logger } from './observability/logger.js';
import type { Metrics } from './observability/metrics.js';
import type { Tracing } from './observability/tracing/tracing.js';
import type { AccessTokens } from './security/access-token.js';
import type { SecretBox } from './security/secret-box.js';
import type { KeyRing } from './security/key-ring.js';
import type { PasswordPolicy } from './security/password-policy.js';
import type { PasswordHasher } from './security/password.js';

/** Reasons why the start is waiting. */
export type StartupReason = 'database_unhealthy' | 'database_read_only' | 'migrations_pending';

/** The state of the process, which determines readiness and `Connection: close`. */
export interface Lifecycle {
  /** Monotonic time at the start, in milliseconds. */
  readonly startedAtMs: number;
  /** True after the first signal to stop. */
  stopping: boolean;
  /** The URL of the public listener, once it is listening. */
  url?: string;
  /** Why the start is waiting. */
  waitingFor?: StartupReason;
  /** Whether the instance should receive traffic, once it has started. */
  isReady?: () => Promise<boolean>;
}

/** Whole seconds since the start, in monotonic time. */
export const uptimeSeconds = ({ clock, lifecycle }: Pick<Services, 'clock' | 'lifecycle'>): number =>
  Math.floor((clock.monotonicMs() - lifecycle.startedAtMs) / 1000);

/** The dependencies of an app. Two apps in one process share none of them. */
export interface Services {
  readonly config: Config;
  readonly db: Database;
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly attempts: LoginAttempts;
  readonly keys: KeyRing;
  /** Rotates and removes signing keys. */
  readonly keyRotation: KeyRotation;
  /** The instances on this database: publishes invalidations of data that they keep in memory. */
  readonly instances: InstanceRegistry;
  readonly accessTokens: AccessTokens;
  readonly secretBox: SecretBox;
  readonly passwords: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessions: SessionLoader;
  readonly statistics: Statistics;
  /** Notified after mail was added to the outbox and committed. */
  readonly outboxSignal: OutboxSignal;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly build: BuildInfo;
  readonly lifecycle: Lifecycle;
  /**
   * The base of links, from the current settings: `server.publicUrl`, or the listening address, and `server.basePath`.
   * It is never taken from a request, since a forged Host header must not get into an email (OWASP Forgot Password
   * Cheat Sheet, URL tokens).
   */
  publicUrl(): string;
  /** In tests, a response that violates its declared schema or status becomes a 500. */
  readonly validateResponses: boolean;
}
