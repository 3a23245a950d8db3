import bcrypt from 'bcrypt';
import type { Tracing } from '../observability/tracing/tracing.js';
import type { HashQueue } from './hash-queue.js';
import { decoyHash, newDecoyTail, pepperId, prehash, parseStoredHash, formatStoredHash } from './password-format.js';
import type { PasswordHashSettings } from './settings.js';

/** Options for `PasswordHasher`. */
export interface PasswordHasherOptions {
  readonly queue: Pick<HashQueue, 'run'>;
  /** Records a span that includes the time in the queue. */
  readonly tracing?: Pick<Tracing, 'withSpan'>;
  /** The highest cost of a stored hash, 0 if there is none. Default: 0. */
  readonly highestStoredCost?: () => Promise<number>;
  /** Maps the configured cost to the cost to use. Tests use a lower cost. */
  readonly costOf?: (configured: number) => number;
}

/** The result of a verification. */
export interface PasswordResult {
  readonly matches: boolean;
  /** Whether the password matches but should be hashed again: an imported hash, another pepper, or a lower cost. */
  readonly needsRehash: boolean;
}

/**
 * Hashes and verifies passwords with bcrypt over a keyed pre-hash (see `prehash`), through the hash queue.
 * Every call takes the settings to use, so that one request works with one snapshot of the configuration.
 */
export class PasswordHasher {
  readonly #queue: Pick<HashQueue, 'run'>;
  readonly #tracing: Pick<Tracing, 'withSpan'> | undefined;
  readonly #highestStoredCost: () => Promise<number>;
  readonly #costOf: (configured: number) => number;
  readonly #decoyTail = newDecoyTail();
  #calls = 0;
  #work = 0;

  constructor(options: PasswordHasherOptions) {
    this.#queue = options.queue;
    this.#tracing = options.tracing;
    this.#highestStoredCost = options.highestStoredCost ?? (() => Promise.resolve(0));
    this.#costOf = options.costOf ?? ((configured) => configured);
  }

  /** Number of bcrypt operations so far, for tests. */
  get calls(): number {
    return this.#calls;
  }

  /** Number of bcrypt rounds so far, 2^cost for each operation, for tests. */
  get work(): number {
    return this.#work;
  }

  /**
   * Hashes a password of any length and content at the configured cost.
   * @returns `rc1$<pepper id or ->$2b$<cost>$<salt and digest>`
   * @throws {AppError} overloaded
   * @throws {RangeError} for an empty password
   */
  async hash(password: string, settings: PasswordHashSettings): Promise<string> {
    return this.#hashAt(this.#configuredCost(settings), password, settings);
  }

  /**
   * Hashes a password that matches a stored hash again. The cost is never lower than that of the stored hash.
   * @throws {AppError} overloaded
   * @throws {RangeError} for an empty password
   */
  async rehash(password: string, stored: string, settings: PasswordHashSettings): Promise<string> {
    const cost = Math.max(this.#configuredCost(settings), parseStoredHash(stored, password)?.cost ?? 0);
    return this.#hashAt(cost, password, settings);
  }

  /**
   * Compares a password with a stored hash: tagged, or imported plain bcrypt (`$2a$`, `$2b$`, `$2y$`).
   * A tagged hash names its pepper, so previous peppers need no further comparison. A hash with an unknown pepper is compared
   * too, and does not match. An empty password never matches.
   *
   * Every call takes the same time, since otherwise the time would reveal which accounts exist: that of one comparison at the
   * configured cost, or at the highest cost of a stored hash. Without a valid hash, the password is compared with a decoy.
   * For a stored hash with a lower cost, further comparisons make up the difference (2^c + 2^c + 2^(c+1) + … = 2^cost).
   * @param stored the stored hash, or null if there is no account, or it does not have a password
   * @throws {AppError} overloaded
   */
  async verify(password: string, stored: string | null, settings: PasswordHashSettings): Promise<PasswordResult> {
    const { pepper, previousPeppers } = settings.password;
    const configured = this.#configuredCost(settings);
    const cost = Math.max(configured, await this.#highestStoredCost());
    // Computed even if not needed, so that unknown and imported accounts take the same time for a password of 1 MB.
    const peppered = prehash(pepper, password);
    const prehashes = new Map(['', ...previousPeppers].map((key) => [pepperId(key), prehash(key, password)]));
    prehashes.set(pepperId(pepper), peppered);
    // The decoy is parsed like a stored hash: on an idle machine, even that is measurable.
    const decoy = decoyHash(cost, this.#decoyTail);
    const absent = formatStoredHash(pepper, decoy);
    const target = parseStoredHash(stored ?? absent, password) ?? { bcrypt: decoy, cost, pepperId: pepperId(pepper) };
    const isEqual = await this.#runQueued('password.verify', async () => {
      const input = target.pepperId === null ? password : (prehashes.get(target.pepperId) ?? peppered);
      const result = await this.#compare(input, target.bcrypt, target.cost);
      for (let rest = target.cost; rest < cost; rest += 1) {
        await this.#compare(peppered, decoyHash(rest, this.#decoyTail), rest);
      }
      return result;
    });
    const matches = isEqual && password !== '';
    const outdated = target.cost < configured || target.pepperId !== pepperId(pepper);
    return { matches, needsRehash: matches && outdated };
  }

  /** Whether a stored hash is a hash of the empty password, which must not be imported. Takes one comparison. */
  async isOfEmptyPassword(stored: string, { password: settings }: PasswordHashSettings): Promise<boolean> {
    const target = parseStoredHash(stored, '');
    if (target === null) return false;
    const pepper = ['', settings.pepper, ...settings.previousPeppers].find((key) => pepperId(key) === target.pepperId);
    const input = pepper === undefined ? '' : prehash(pepper, '');
    return this.#runQueued('password.verify', () => this.#compare(input, target.bcrypt, target.cost));
  }

  async #hashAt(cost: number, password: string, { password: { pepper } }: PasswordHashSettings): Promise<string> {
    if (password === '') throw new RangeError('an empty password cannot be hashed');
    const input = prehash(pepper, password);
    const hash = await this.#runQueued('password.hash', () => {
      this.#count(cost);
      return bcrypt.hash(input, bcrypt.genSaltSync(cost));
    });
    return formatStoredHash(pepper, hash);
  }

  #configuredCost({ password: { bcryptCost } }: PasswordHashSettings): number {
    return checkedCost(this.#costOf(bcryptCost));
  }

  #runQueued<T>(name: string, work: () => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.#queue.run(work);
    return this.#tracing === undefined ? run() : this.#tracing.withSpan({ name }, run);
  }

  #compare(input: string, hash: string, cost: number): Promise<boolean> {
    this.#count(cost);
    return bcrypt.compare(input, hash);
  }

  #count(cost: number): void {
    this.#calls += 1;
    this.#work += 2 ** cost;
  }
}

/** bcrypt silently clamps a cost outside of 4 to 31. */
const checkedCost = (cost: number): number => {
  if (!Number.isInteger(cost) || cost < 4 || cost > 31) throw new RangeError('the bcrypt cost must be 4 to 31');
  return cost;
};
