import { DeliveryError } from '../../mail/delivery-error.js';
import { Mailer } from '../../mail/mailer.js';
import type { Services } from '../../services.js';
import { composeMail } from './compose.js';
import { mailMetrics } from './metrics.js';
import { MailWorker } from './worker.js';

/** Probes the transport and logs the result. */
const logTransport = async (mailer: Mailer, { config, log }: Services, isProduction: boolean): Promise<void> => {
  if (isProduction && config.current.mail.transport === 'outbox') {
    log.warn(
      { event: 'mail.not_delivered', folder: mailer.description },
      'mail is written to a directory and not delivered; set mail.transport=smtp',
    );
  }
  try {
    await mailer.probe();
    log.info({ event: 'mail.transport_ready', transport: mailer.description }, 'mail transport ready');
  } catch (error) {
    const reason = error instanceof DeliveryError ? error.reason : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    log.warn(
      { event: 'mail.transport_not_ready', reason },
      `mail transport not ready; mail stays in the outbox: ${message}`,
    );
  }
};

/**
 * Starts mail delivery: a transport that is reconfigured with `mail.*`, and a worker that sends the outbox.
 * @param options.isProduction whether to warn about a transport that only writes files
 * @returns stops the worker. Emails in flight return to the queue after half of `server.shutdownTimeout`
 */
export const startMailDelivery = (services: Services, { isProduction = false } = {}): (() => Promise<void>) => {
  const { config, metrics, outboxSignal } = services;
  const mailer = new Mailer(config.current);
  const unsubscribeConfig = config.subscribe({
    name: 'mail transport',
    keys: ['mail.smtp.host', 'mail.smtp.port'],
    prepare: (next, previous) => mailer.prepare(next, previous),
  });
  const worker = new MailWorker({
    services,
    mailer,
    compose: composeMail,
    metrics: mailMetrics(metrics),
    chance: Math.random,
  });
  const unsubscribeSignal = outboxSignal.subscribe(() => {
    worker.wake();
  });
  const logged = logTransport(mailer, services, isProduction);
  worker.start();
  return async () => {
    unsubscribeConfig();
    unsubscribeSignal();
    await Promise.all([worker.stop(config.current.server.shutdownTimeout / 2), logged]);
  };
};
