import type { OutboxDepth } from '../models/outgoing-mail.js';
import type { Metrics } from '../observability/metrics.js';

/** What operators see of the outbox. */
export interface MailMetrics {
  sent(): void;
  /** A mail for nobody, or too many to one address. */
  dropped(reason: string): void;
  /** An attempt that failed; `gave_up` is also counted when it was the last. */
  failed(reason: string): void;
  depth(depth: OutboxDepth, now: Date): void;
}

/** Makes the metrics of the mail worker. */
export const mailMetrics = (metrics: Metrics): MailMetrics => {
  const sent = metrics.counter('mail_sent_total', 'Mails that were handed over.');
  const dropped = metrics.counter(
    'mail_dropped_total',
    'Mails that were not sent on purpose: nobody (no account, or no address that may get it), rate_limited.',
    ['reason'],
  );
  const failures = metrics.counter('mail_failures_total', 'Attempts to hand a mail over that failed, by reason.', [
    'reason',
  ]);
  const depth = metrics.gauge('mail_outbox_depth', 'Mails in the outbox: queued, sending, dead (given up).', ['state']);
  const oldest = metrics.gauge(
    'mail_outbox_oldest_seconds',
    'Age of the oldest mail that still waits; 0 when none does.',
  );
  return {
    sent: () => {
      sent.inc();
    },
    dropped: (reason) => {
      dropped.inc({ reason });
    },
    failed: (reason) => {
      failures.inc({ reason });
    },
    depth: ({ queued, sending, dead, oldestAt }, now) => {
      depth.set({ state: 'queued' }, queued);
      depth.set({ state: 'sending' }, sending);
      depth.set({ state: 'dead' }, dead);
      oldest.set(oldestAt === null ? 0 : Math.max(0, (now.getTime() - oldestAt.getTime()) / 1000));
    },
  };
};
