import { describe, expect, it } from 'vitest';
import { sanitizeReply } from '../../src/mail/sanitize-reply.js';

describe('sanitizeReply', () => {
  it.each([
    ['550 5.1.1 <ada@example.org>: Recipient address rejected', '550 5.1.1 <***>: Recipient address rejected'],
    ['550 5.1.1 User ada unknown', '550 5.1.1 User *** unknown'],
    ['550 No mailbox Ada here, adamant', '550 No mailbox *** here, adamant'],
    ['421-Service\r\n421 not available', '421-Service 421 not available'],
  ])('removes addresses: %j', (response, kept) => {
    expect(sanitizeReply(response, 'ada@example.org')).toBe(kept);
  });

  it.each([
    ['554 5.7.1 Blocked https://id.example.org/reset-password#token=Zm9v', '554 5.7.1 Blocked ***'],
    [`554 5.7.1 Bad content ${'aZ_-09'.repeat(8)}`, '554 5.7.1 Bad content ***'],
  ])('removes links and tokens: %j', (response, kept) => {
    expect(sanitizeReply(response, null)).toBe(kept);
  });

  it('limits the length', () => {
    expect(sanitizeReply(`550 ${'word '.repeat(200)}`, null)).toHaveLength(200);
  });

  it('returns null without a reply', () => {
    expect(sanitizeReply(undefined, 'ada@example.org')).toBeNull();
    expect(sanitizeReply(' \r\n', 'ada@example.org')).toBeNull();
  });
});
