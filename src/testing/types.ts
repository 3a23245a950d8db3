/** A setting or section, in dot notation or nested: `{ 'rateLimit.login.points': 1 }` or `{ rateLimit: { login: { points: 1 } } }`. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/** Options for `startRollcall`. */
export interface RollcallOptions {
  /** Initial settings; see docs/configuration.md. */
  readonly config?: ConfigValues;
  /** Whether to apply the default rate limits. Otherwise all are 10,000,000 until a test sets one. */
  readonly limits?: boolean;
  /** Receives each line of the log, in JSON. */
  readonly log?: (line: string) => void;
  /** The database `{ url }`, or which PostgreSQL to start. Default: `DATABASE_URL`, else a PostgreSQL that is started. */
  readonly server?: 'embedded' | 'system' | { readonly url: string };
}

/** An account to create. */
export interface NewPerson {
  /** Roles in addition to `user`. */
  readonly roles?: readonly string[];
  /** Whether the email address is verified. Default: true. Otherwise the account gets the email of a registration. */
  readonly verified?: boolean;
  /** Default: `<username>@example.org`. Null for an account without one. */
  readonly email?: string | null;
  /** Default: a password that satisfies every password policy. */
  readonly password?: string;
}

/** An account of a test. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly password: string;
  /** Sorted. */
  readonly roles: readonly string[];
}

/** The response of a login. */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  /** Lifetime of the access token in seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** Lifetime of the refresh token in seconds. */
  readonly refresh_expires_in: number;
  readonly user: Readonly<Record<string, unknown>>;
}

/** An email that was delivered. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
}

/** Creates accounts. */
export interface People {
  /**
   * Creates an account.
   * @throws Error for an unknown role, an invalid or taken username, or an invalid email address
   */
  create(username: string, options?: NewPerson): Promise<Person>;
}

/** The emails of the service. */
export interface Mailbox {
  /**
   * Returns the oldest email to an address that was not returned before; waits until it is delivered.
   * @param to an address, or an account with one
   * @param options.timeoutMs how long to wait; default 5000
   * @throws Error if there is none in time
   */
  next(to: string | Pick<Person, 'email'>, options?: { readonly timeoutMs?: number }): Promise<ReceivedMail>;
}

/** The time of the service. It follows the clock of the machine, and can be moved. */
export interface Clock {
  now(): Date;
  /**
   * Moves the time forwards; timers that are due run.
   * @param duration `90s`, `15m`, `3h`, `30d`, or milliseconds
   * @throws Error for another text or a negative number
   */
  advance(duration: string | number): void;
}

/** The settings of the service. */
export interface ConfigEditor {
  /**
   * Changes a setting; resolves when it is active.
   * @throws {ConfigError} for an unknown setting, an invalid value, or a setting that takes effect at a restart; nothing changes
   */
  set(key: string, value: unknown): Promise<void>;
  /** Changes several settings at once; see `set`. */
  setAll(values: ConfigValues): Promise<void>;
}

/** A running service with a separate schema, port, clock, mailbox and configuration. */
export interface Rollcall {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly people: People;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly config: ConfigEditor;
  /**
   * Logs an account in.
   * @throws Error with status and code if the login is rejected
   */
  tokens(person: Pick<Person, 'username' | 'password'>): Promise<Tokens>;
  /** Stops the service and removes its schema and its files. Further calls do nothing. */
  stop(): Promise<void>;
}
