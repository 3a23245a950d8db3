import { beforeEach, onTestFinished } from 'vitest';
import { Mailer } from '../../../src/mail/mailer.js';
import { newId } from '../../../src/models/base-model.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import type { Compose } from '../../../src/jobs/mail/deliver.js';
import { mailMetrics } from '../../../src/jobs/mail/metrics.js';
import { MailWorker } from '../../../src/jobs/mail/worker.js';
import type { Database } from '../../../src/database/database.js';
import { recordLog, useDatabase } from '../../support/postgres.js';
import { TestApp, type TestAppOptions } from '../../support/test-app.js';

/** A mail worker of an app, with the transport of its settings. */
export interface WorkerFixture {
  readonly app: TestApp;
  readonly mailer: Mailer;
  readonly worker: MailWorker;
  /** Log lines of the worker. */
  readonly lines: readonly Record<string, unknown>[];
  /** Queues an email for each address. */
  enqueue(...addresses: string[]): Promise<void>;
  /** All emails in the outbox, oldest first. */
  rows(): Promise<OutgoingMail[]>;
  /** The value of the metric with this name and labels. */
  metric(line: string): Promise<number>;
  stop(graceMs?: number): Promise<void>;
}

/** Composes an email to the address of the row; the address `nobody` matches no account. */
const composeAnyway: Compose = async ({ db }, mail, admit) => {
  const to = mail.address ?? '';
  if (to === 'nobody' || !(await db.transaction((trx) => admit(trx, to)))) return null;
  const variables = { link: 'https://accounts.example.org/#token=t', username: 'ada', expires_in: '1 hour' };
  return { to, kind: mail.kind, variables };
};

/** Settings for a mail server on a port of this machine. */
export const smtpTo = (port: number, smtp: Readonly<Record<string, unknown>> = {}) => ({
  transport: 'smtp',
  pollInterval: '100ms',
  smtp: { host: '127.0.0.1', port, timeout: '5s', ...smtp },
});

/** Creates an app and a worker without starting it. Both are stopped after the test. */
export const makeWorker = async (
  options: TestAppOptions,
  { compose = composeAnyway }: { readonly compose?: Compose } = {},
): Promise<WorkerFixture> => {
  // mail.transport smtp requires a URL for links.
  const settings = { server: { publicUrl: 'https://accounts.example.org' }, ...options.settings };
  const app = await TestApp.start({ ...options, settings });
  const { config, clock, db, metrics } = app.services;
  const mailer = new Mailer(config.current);
  const { log, lines } = recordLog();
  const parts = {
    services: { ...app.services, log },
    compose,
    mailer,
    metrics: mailMetrics(metrics),
    chance: () => 0.5,
  };
  const worker = new MailWorker(parts);
  let isStopped = false;
  const stop = async (graceMs = 5000): Promise<void> => {
    isStopped = true;
    await worker.stop(graceMs);
  };
  onTestFinished(async () => {
    if (!isStopped) await stop(0);
    await app.close();
  });
  return {
    app,
    mailer,
    worker,
    lines,
    async enqueue(...addresses) {
      for (const address of addresses) {
        await OutgoingMail.enqueue(db.knex, { kind: 'magic_link', userId: null, address, now: clock.now() });
      }
    },
    rows: () => OutgoingMail.query(db.knex).orderBy('created_at').orderBy('id').execute(),
    async metric(line) {
      const found = (await metrics.expose()).split('\n').find((text) => text.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? 0);
    },
    stop,
  };
};

/** A database for the tests of a file, and workers on it. */
export interface Outbox {
  readonly databaseUrl: string;
  /** Creates a worker with a mail server on a port of this machine, without starting it. */
  start(port: number, mail?: Readonly<Record<string, unknown>>, databaseUrl?: string): Promise<WorkerFixture>;
}

/** Creates a database for the tests of a file. Its outbox is empty before each test. */
export const useOutbox = (): Outbox => {
  let databaseUrl = '';
  let db: Database;
  useDatabase((created, opened) => {
    databaseUrl = created.url;
    db = opened;
  });
  beforeEach(async () => {
    await db.knex('mail_outbox').delete();
    await db.knex('mail_allowances').delete();
  });
  return {
    get databaseUrl() {
      return databaseUrl;
    },
    start: (port, mail = {}, url = databaseUrl) =>
      makeWorker({ databaseUrl: url, settings: { mail: { ...smtpTo(port), ...mail } } }),
  };
};

/** The states of all emails, oldest first. */
export const states = async (fixture: WorkerFixture): Promise<string[]> =>
  (await fixture.rows()).map(({ state }) => state);

/** Returns a function that checks whether all emails are sent. */
export const allSent = (fixture: WorkerFixture) => async (): Promise<boolean> =>
  (await states(fixture)).every((state) => state === 'sent');

/** Unique addresses. */
export const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `person-${String(index)}-${newId().slice(-6)}@example.org`);
