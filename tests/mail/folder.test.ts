import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderTransport, linksIn } from '../../src/mail/folder.js';
import type { OutboundMail } from '../../src/mail/transport.js';
import { captureError } from '../support/capture-error.js';

const mail = (number: number): OutboundMail => ({
  from: { name: 'Rollcall', address: 'no-reply@example.org' },
  to: 'ada@example.org',
  subject: `Mail ${String(number)}`,
  text: 'Follow http://127.0.0.1:8080/verify-email#token=abc_-1. Thanks.',
  html: '<a href="http://127.0.0.1:8080/verify-email#token=abc_-1">Follow</a>',
  messageId: `<id-${String(number)}@example.org>`,
  date: new Date(Date.UTC(2026, 1, 1, 10, 0, number)),
});

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-outbox-'));
  onTestFinished(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

const never = new AbortController().signal;

describe('folderTransport', () => {
  it('writes one JSON file for each email, ordered by time and readable by its owner only', async () => {
    const folder = join(makeFolder(), 'made', 'for it');
    const transport = folderTransport(folder);
    for (const number of [3, 1, 2]) await transport.send(mail(number), never);
    const names = readdirSync(folder).sort();
    const mails = names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>);
    expect(mails.map(({ subject }) => subject)).toEqual(['Mail 1', 'Mail 2', 'Mail 3']);
    expect(mails[0]).toMatchObject({
      to: 'ada@example.org',
      text: expect.stringContaining('Follow') as string,
      html: expect.stringContaining('<a href=') as string,
      links: ['http://127.0.0.1:8080/verify-email#token=abc_-1'],
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, names[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('replaces the file when an email is sent again', async () => {
    const folder = makeFolder();
    const transport = folderTransport(folder);
    await transport.send(mail(1), never);
    await transport.send({ ...mail(1), subject: 'Again' }, never);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')).toContain('Again');
  });

  it('rejects if the directory is not writable, and leaves no draft', async () => {
    const folder = makeFolder();
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    const transport = folderTransport(file);
    expect(await captureError(transport.send(mail(1), never))).toMatchObject({
      reason: 'folder_failed',
      isFinal: false,
    });
    expect(await captureError(transport.probe())).toMatchObject({ reason: 'folder_failed' });
    expect(readdirSync(folder)).toEqual(['a file']);
  });

  it('extracts links without the punctuation after them', () => {
    expect(linksIn('a https://x.org/a#token=b, (http://y.org:1/c?d=e&f) https://x.org/a#token=b\nend')).toEqual([
      'https://x.org/a#token=b',
      'http://y.org:1/c?d=e&f',
    ]);
  });
});
