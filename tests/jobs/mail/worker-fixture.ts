import { onTestFinished } from 'vitest';
import { Mailer } from '../../../src/mail/mailer.js';
import { newId } from '../../../src/models/base-model.js';
import { OutgoingMail } from '../../../src/models/outgoing-mail.js';
import type { Compose } from '../../../src/jobs/mail/deliver.js';
import { mailMetrics } from '../../../src/jobs/mail/metrics.js';
import { MailWorker } from '../../../src/jobs/mail/worker.js';
import { recordLog } from '../../support/postgres.js';
import { TestApp, type TestAppOptions } from '../../support/test-app.js';

/** One app's worker on the outbox of a database, with the transport of its settings. */
export interface WorkerBench {
  readonly app: TestApp;
  readonly mailer: Mailer;
  readonly worker: MailWorker;
  /** What the worker has logged. */
  readonly lines: readonly Record<string, unknown>[];
  /** Puts mails into the outbox, for addresses as they are. */
  enqueue(...addresses: string[]): Promise<void>;
  /** All mails of the outbox, oldest first. */
  rows(): Promise<OutgoingMail[]>;
  /** The value of a metric line that begins so. */
  metric(line: string): Promise<number>;
  stop(graceMs?: number): Promise<void>;
}

/** Writes to whatever address the row holds; the address `nobody` has nobody behind it. */
const composeAnyway: Compose = async ({ db }, mail, admit) => {
  const to = mail.address ?? '';
  if (to === 'nobody' || !(await db.transaction((trx) => admit(trx, to)))) return null;
  const variables = { link: 'https://accounts.example.org/#token=t', username: 'ada', expires_in: '1 hour' };
  return { to, kind: mail.kind, variables };
};

/** Settings that send to a server on a port of this machine. */
export const smtpTo = (port: number, smtp: Readonly<Record<string, unknown>> = {}) => ({
  transport: 'smtp',
  pollInterval: '100ms',
  smtp: { host: '127.0.0.1', port, timeout: '5s', ...smtp },
});

/** Makes an app and a worker that is not started; both end with the test. */
export const makeWorker = async (
  options: TestAppOptions,
  { compose = composeAnyway }: { readonly compose?: Compose } = {},
): Promise<WorkerBench> => {
  // mail.transport smtp needs an origin for links.
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

/** Addresses that differ. */
export const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `person-${String(index)}-${newId().slice(-6)}@example.org`);
