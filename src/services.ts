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
import type { SessionLoader } from './models/sessions/session-loader.js';
import type { Logger } from './observability/logger.js';
import type { Metrics } from './observability/metrics.js';
import type { Tracing } from './observability/tracing/tracing.js';
import type { AccessTokens } from './security/access-token.js';
import type { SecretBox } from './security/secret-box.js';
import type { KeyRing } from './security/key-ring.js';
import type { PasswordPolicy } from './security/password-policy.js';
import type { PasswordHasher } from './security/password.js';

/** What a start may have to wait for. */
export type StartupReason = 'database_unhealthy' | 'database_read_only' | 'migrations_pending';

/** Where the process is in its life; readiness and `Connection: close` follow from it. */
export interface Lifecycle {
  /** Monotonic milliseconds at the start. */
  readonly startedAtMs: number;
  /** True from the first signal to stop. */
  stopping: boolean;
  /** Where the public listener can be reached, once it listens. */
  url?: string;
  /** What the start waits for. */
  waitingFor?: StartupReason;
  /** Whether traffic should come here, once the service has started. */
  isReady?: () => Promise<boolean>;
}

/** Whole seconds since the start, by monotonic time. */
export const uptimeSeconds = ({ clock, lifecycle }: Pick<Services, 'clock' | 'lifecycle'>): number =>
  Math.floor((clock.monotonicMs() - lifecycle.startedAtMs) / 1000);

/** Everything an app is built from. Two apps in one process share none of it. */
export interface Services {
  readonly config: Config;
  readonly db: Database;
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly attempts: LoginAttempts;
  readonly keys: KeyRing;
  /** Rotates and removes signing keys. */
  readonly keyRotation: KeyRotation;
  /** The instances on this database: publishes invalidations of what they keep in memory. */
  readonly instances: InstanceRegistry;
  readonly accessTokens: AccessTokens;
  readonly secretBox: SecretBox;
  readonly passwords: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessions: SessionLoader;
  /** To be woken after mail was written into the outbox and committed. */
  readonly outboxSignal: OutboxSignal;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly build: BuildInfo;
  readonly lifecycle: Lifecycle;
  /**
   * The base of links, from the current settings: `server.publicUrl`, or the listening address, and `server.basePath`. It never
   * comes from a request: a forged Host must not reach a mail (OWASP Forgot Password Cheat Sheet, URL tokens).
   */
  publicUrl(): string;
  /** In tests: an answer that breaks its declared schema or status becomes a 500 that says so in the log. */
  readonly validateResponses: boolean;
}
