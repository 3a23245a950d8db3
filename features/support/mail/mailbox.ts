import { rmSync } from 'node:fs';
import { Metrics } from '../../../src/observability/metrics.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { startMailDelivery } from '../../../src/jobs/mail/start.js';
import { readOutbox } from '../../../src/testing/outbox-folder.js';
import type { ReceivedMail } from '../../../src/testing/types.js';
import { waitUntil } from '../wait-until.js';
import type { RollcallWorld } from '../world.js';

export type { ReceivedMail } from '../../../src/testing/types.js';

/**
 * Delivers all queued email with the worker of the service, and stops it.
 * @returns the delivered emails, oldest first
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
  const mails = emptyFolder(services.config.current.mail.outboxDir);
  world.recordMails(mails);
  return mails;
};

/** The delivered emails that no step has read, oldest first. */
export const unreadMail = (folder: string): ReceivedMail[] => readOutbox(folder).map(({ mail }) => mail);

const emptyFolder = (folder: string): ReceivedMail[] =>
  readOutbox(folder).map(({ file, mail }) => {
    rmSync(file);
    return mail;
  });
