import bcrypt from 'bcrypt';
import type { Tracing } from '../observability/tracing/tracing.js';
import type { HashQueue } from './hash-queue.js';
import { decoyHash, newDecoyTail, prehash, readStored, tagged } from './password-format.js';
import type { Live, PasswordHashSettings } from './settings.js';

/** What a hasher is made from. */
export interface PasswordHasherOptions {
  readonly settings: Live<PasswordHashSettings>;
  readonly queue: Pick<HashQueue, 'run'>;
  /** Tells what a request waits for here: its turn, and the work. */
  readonly tracing?: Pick<Tracing, 'within'>;
}

/** The answer of a verification. */
export interface PasswordVerdict {
  readonly matches: boolean;
  /** True when the password matches but should be stored anew: imported, without the pepper, or at another cost. */
  readonly needsRehash: boolean;
}

/** Hashes and verifies passwords with bcrypt over a keyed pre-hash (see `prehash`), through the hash queue. */
export class PasswordHasher {
  readonly #settings: Live<PasswordHashSettings>;
  readonly #queue: Pick<HashQueue, 'run'>;
  readonly #tracing: Pick<Tracing, 'within'> | undefined;
  readonly #decoyTail = newDecoyTail();
  #calls = 0;

  constructor(options: PasswordHasherOptions) {
    this.#settings = options.settings;
    this.#queue = options.queue;
    this.#tracing = options.tracing;
  }

  /** Number of bcrypt operations so far, for tests of equal work. */
  get calls(): number {
    return this.#calls;
  }

  /**
   * Hashes a password of any length and content at the cost in force.
   * @returns `rc1$<pepper id or ->$2b$<cost>$<salt and digest>`
   * @throws {AppError} overloaded
   */
  async hash(password: string): Promise<string> {
    const { bcryptCost, pepper } = this.#settings.current.password;
    const input = prehash(pepper, password);
    const hash = await this.#inTurn('password.hash', () => {
      this.#calls += 1;
      return bcrypt.hash(input, bcrypt.genSaltSync(checkedCost(bcryptCost)));
    });
    return tagged(pepper, hash);
  }

  /**
   * Compares a password with a stored hash: tagged, or imported plain bcrypt (`$2a$`, `$2b$`, `$2y$`).
   *
   * Null and anything unusable cost one comparison with a decoy at the cost in force: the same work as a wrong password
   * for a hash of that cost. A cheaper stored hash is topped up to it (2^c + 2^c + 2^(c+1) + … = 2^cost), since otherwise
   * raising the cost would show who has an account until the next login of each.
   * @param stored the stored hash, or null when there is no such account or it has no password
   * @throws {AppError} overloaded
   */
  async verify(password: string, stored: string | null): Promise<PasswordVerdict> {
    const { bcryptCost, pepper } = this.#settings.current.password;
    const cost = checkedCost(bcryptCost);
    // Made whether it is needed or not, so that unknown and imported accounts do not differ for a password of 1 MB.
    const peppered = prehash(pepper, password);
    const unpeppered = prehash('', password);
    // The decoy takes the same path as a stored hash, its reading included: even that shows in the time of an idle machine.
    const decoy = decoyHash(cost, this.#decoyTail);
    const absent = tagged(pepper, decoy);
    const target = readStored(stored ?? absent, password) ?? { bcrypt: decoy, cost, input: 'peppered' };
    const matches = await this.#inTurn('password.verify', async () => {
      const result = await this.#compare({ peppered, unpeppered, raw: password }[target.input], target.bcrypt);
      for (let rest = target.cost; rest < cost; rest += 1) {
        await this.#compare(peppered, decoyHash(rest, this.#decoyTail));
      }
      return result;
    });
    const outdated = target.cost !== cost || target.input !== (pepper === '' ? 'unpeppered' : 'peppered');
    return { matches, needsRehash: matches && outdated };
  }

  #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.#queue.run(work);
    return this.#tracing === undefined ? run() : this.#tracing.within({ name }, run);
  }

  #compare(input: string, hash: string): Promise<boolean> {
    this.#calls += 1;
    return bcrypt.compare(input, hash);
  }
}

/** bcrypt clamps a cost outside 4 to 31 in silence; a wrong one must not pass for a strong one. */
const checkedCost = (cost: number): number => {
  if (!Number.isInteger(cost) || cost < 4 || cost > 31) throw new RangeError('the bcrypt cost must be 4 to 31');
  return cost;
};
