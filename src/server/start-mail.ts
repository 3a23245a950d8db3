import { DeliveryError } from '../mail/delivery-error.js';
import { PostOffice } from '../mail/post-office.js';
import type { Services } from '../services.js';
import { composeMail } from './compose-mail.js';
import { mailMetrics } from './mail-metrics.js';
import { MailWorker } from './mail-worker.js';

/** Probes the transport and logs the result; mail stays in the outbox until a transport works. */
const check = async (office: PostOffice, { config, log }: Services, isProduction: boolean): Promise<void> => {
  if (isProduction && config.current.mail.transport === 'outbox') {
    log.warn(
      { event: 'mail.not_delivered', folder: office.description },
      'mail is written to a directory and not delivered; set mail.transport=smtp',
    );
  }
  try {
    await office.probe();
    log.info({ event: 'mail.transport_ready', transport: office.description }, 'mail transport ready');
  } catch (error) {
    const reason = error instanceof DeliveryError ? error.fault : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    log.warn(
      { event: 'mail.transport_not_ready', reason },
      `mail transport not ready; mail stays in the outbox: ${message}`,
    );
  }
};

/**
 * Starts to send mail: the transport, which follows `mail.*`, and a worker on the outbox.
 * @param options.isProduction whether a folder as the transport is worth a warning
 * @returns stops it: what is under way ends, or goes back into the queue after half of `server.shutdownTimeout`
 */
export const startMail = (services: Services, { isProduction = false } = {}): (() => Promise<void>) => {
  const { config, metrics, mail } = services;
  const office = new PostOffice(config.current);
  const unsubscribe = config.subscribe({
    name: 'mail transport',
    keys: ['mail.smtp.host', 'mail.smtp.port'],
    prepare: (next, previous) => office.prepare(next, previous),
  });
  const worker = new MailWorker({
    services,
    office,
    compose: composeMail,
    metrics: mailMetrics(metrics),
    chance: Math.random,
  });
  const unfollow = config.subscribe({
    name: 'mail worker',
    prepare(next, previous) {
      if (next.mail.pollInterval === previous.mail.pollInterval) return undefined;
      // By the old interval, the next look may be far away.
      const look = (): void => {
        worker.wake();
      };
      return { commit: look, undo: () => undefined };
    },
  });
  const silence = mail.listen(() => {
    worker.wake();
  });
  const checked = check(office, services, isProduction);
  worker.start();
  return async () => {
    unsubscribe();
    unfollow();
    silence();
    await Promise.all([worker.stop(config.current.server.shutdownTimeout / 2), checked]);
  };
};
