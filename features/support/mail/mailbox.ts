import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '../../../src/observability/metrics.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { startMailDelivery } from '../../../src/jobs/mail/start.js';
import { waitUntil } from '../wait-until.js';
import type { RollcallWorld } from '../world.js';

/** A mail in the outbox directory. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
}

/**
 * Delivers all queued mail with the worker of the service, and stops it.
 * @returns the delivered mails, oldest first
 */
export const deliverMail = async (world: RollcallWorld): Promise<ReceivedMail[]> => {
  const { services } = await world.ready();
  // Each worker has separate metrics, and a scenario may need more than one.
  const stop = startMailDelivery({ ...services, metrics: new Metrics() });
  try {
    await waitUntil(
      'all mail is sent',
      async () => {
        const { queued, sending } = await OutgoingMail.depth(services.db.knex);
        return queued + sending === 0;
      },
      5000,
    );
  } finally {
    await stop();
  }
  return emptyFolder(services.config.current.mail.outboxDir);
};

const emptyFolder = (folder: string): ReceivedMail[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const mail = JSON.parse(readFileSync(path, 'utf8')) as ReceivedMail;
      rmSync(path);
      return mail;
    });
