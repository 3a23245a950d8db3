import type { OutboxDepth } from '../../models/mail/outgoing-mail.js';
import type { Metrics } from '../../observability/metrics.js';

/** The metrics of the mail worker. */
export interface MailMetrics {
  sent(): void;
  /** Counts an email that is not sent: no matching account, or the quota of the address is exceeded. */
  dropped(reason: string): void;
  /** Counts a failed attempt. */
  failed(reason: string): void;
  depth(depth: OutboxDepth, now: Date): void;
}

/** Registers the metrics of the mail worker. */
export const mailMetrics = (metrics: Metrics): MailMetrics => {
  const sent = metrics.counter('rollcall_mail_sent_total', 'Emails sent.');
  const dropped = metrics.counter(
    'rollcall_mail_dropped_total',
    'Emails deliberately not sent, by reason: nobody (no matching account or usable address) or rate_limited.',
    ['reason'],
  );
  const failures = metrics.counter('rollcall_mail_failures_total', 'Failed delivery attempts, by reason.', ['reason']);
  const depth = metrics.gauge(
    'rollcall_mail_outbox_depth',
    'Number of emails in the outbox, by state: queued, sending or dead (gave up).',
    ['state'],
  );
  const oldest = metrics.gauge(
    'rollcall_mail_outbox_oldest_age_seconds',
    'Age of the oldest queued email, or 0 if none is queued.',
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
