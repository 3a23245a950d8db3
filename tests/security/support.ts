import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../../src/clock.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { SecretBox } from '../../src/security/secret-box.js';
import { KeyRing, type KeyAlgorithm, type KeyStore, type StoredKey } from '../../src/security/key-ring.js';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  ms = Date.UTC(2026, 0, 1, 12);
  mono = 0;
  now = (): Date => new Date(this.ms);
  monotonicMs = (): number => this.mono;
  setTimer = systemClock.setTimer;
  advance(seconds: number): void {
    this.ms += seconds * 1000;
    this.mono += seconds * 1000;
  }
}

/** A store in memory with the rules of the table: one active key, and retention for the others. */
export class MemoryKeyStore implements KeyStore {
  rows: StoredKey[] = [];
  lists = 0;
  /** Runs before each read answers: to fail it, or to let another instance be quicker. */
  beforeList: (() => Promise<void> | void) | undefined;

  async list(): Promise<StoredKey[]> {
    this.lists += 1;
    const seen = [...this.rows];
    await this.beforeList?.();
    return seen;
  }

  insertActive(key: StoredKey): Promise<boolean> {
    if (this.rows.some((row) => row.state === 'active')) return Promise.resolve(false);
    this.rows.push(key);
    return Promise.resolve(true);
  }

  removeExpired(now: Date): Promise<string[]> {
    const gone = this.rows.filter((row) => row.state !== 'active' && row.expiresAt !== null && row.expiresAt <= now);
    this.rows = this.rows.filter((row) => !gone.includes(row));
    return Promise.resolve(gone.map((row) => row.id));
  }
}

export const hexKey = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
export const otherHexKey = 'ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

/** A logger whose lines are kept. */
export const capturingLog = (): { log: Logger; lines: string[] } => {
  const lines: string[] = [];
  return { log: createLogger('trace', { write: (line: string) => void lines.push(line) }), lines };
};

export interface RingSetup {
  algorithm?: KeyAlgorithm;
  store?: MemoryKeyStore;
  clock?: FakeClock;
  secretBox?: SecretBox;
}

/** Opens a ring with parts that a test may look into. */
export const openRing = async (setup: RingSetup = {}) => {
  const store = setup.store ?? new MemoryKeyStore();
  const clock = setup.clock ?? new FakeClock();
  const secretBox = setup.secretBox ?? new SecretBox(hexKey);
  const { log, lines } = capturingLog();
  const settings = { current: { auth: { access: { ttl: 900_000 }, keys: { algorithm: setup.algorithm ?? 'HS256' } } } };
  const ring = await KeyRing.open({ settings, store, secretBox, clock, log, newId: randomUUID });
  return { ring, store, clock, secretBox, lines };
};

/** The first element, or an error that says there is none. */
export const only = <T>(items: readonly T[]): T => {
  const [item, ...rest] = items;
  if (item === undefined || rest.length > 0) throw new Error(`expected one, got ${items.length}`);
  return item;
};
