import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMailbox } from '../../src/config/schema/network-formats.js';
import { checkDirectory } from '../../src/config/reload/dry-run.js';
import { ConfigError } from '../../src/config/issue.js';
import { readDisk } from '../../src/config/files/disk-state.js';
import { waitUntil } from '../support/wait-until.js';
import { makeDirectory, openConfig } from './config-fixture.js';
import { whenSnapshot } from '../config/when-snapshot.js';

const subject = 'templates/password_reset.subject';
const text = 'templates/password_reset.text';
const farAway = 1_000_000;

const ownSubject = ({ config }: ReturnType<typeof openConfig>): string | null =>
  config.current.mail.templates.passwordReset.subject;

describe('templates in the configuration directory', () => {
  it('are a separate configuration layer and part of the content hash', async () => {
    const open = openConfig();
    const before = open.config.status.hash;
    open.write(subject, 'For {{username}}\n');
    expect(await open.config.reload('admin')).toMatchObject({
      outcome: 'applied',
      changed: ['mail.templates.passwordReset.subject'],
    });
    expect(ownSubject(open)).toBe('For {{username}}');
    expect(open.config.status.hash).not.toBe(before);
    expect(open.config.status.files).toContain(subject);
    const [entry] = open.config.explain('mail.templates.passwordReset.subject');
    expect(entry).toMatchObject({ source: `file:${subject}`, value: 'custom template of 16 characters' });
  });

  it('are rejected with all errors if they are invalid, and the previous ones stay active', async () => {
    const open = openConfig({ [subject]: 'For {{username}}' });
    open.write(subject, 'For {{user}}');
    open.write(text, 'No link here');
    open.write('local.yaml', 'mail: {maxAttempts: 0}\n');
    const { outcome, errors } = await open.config.reload('admin');
    expect(outcome).toBe('refused');
    expect(errors.map(({ key, file, code }) => [key, file, code])).toEqual([
      ['mail.maxAttempts', 'local.yaml', 'out_of_range'],
      ['mail.templates.passwordReset.subject', subject, 'broken_template'],
      ['mail.templates.passwordReset.text', text, 'broken_template'],
    ]);
    expect(ownSubject(open)).toBe('For {{username}}');
  });

  it('prevent the start if they are invalid', () => {
    const { directory } = makeDirectory({ [text]: '{{lnk}}' });
    const issues = checkDirectory({ directory, nodeEnv: 'test', env: {} });
    expect(issues).toMatchObject([{ code: 'broken_template', suggestion: '{{link}}' }]);
    expect(() => openConfig({ [text]: '{{lnk}}' })).toThrow(ConfigError);
  });

  it.each([
    ['an empty file', text, ' \n', 'empty_document'],
    ['no text', text, Buffer.from([0xff, 0xfe, 0]), 'binary'],
    ['a name that no email has', 'templates/pasword_reset.text', '{{link}}', 'unknown_key'],
    ['an ending that no part has', 'templates/password_reset.htm', '{{link}}', 'unknown_key'],
  ])('are rejected for %s', async (_what, name, content, code) => {
    const open = openConfig({ [subject]: 'For {{username}}' });
    open.write(name, content);
    const { outcome, errors } = await open.config.reload('admin');
    expect([outcome, errors.map((fault) => fault.code)]).toEqual(['refused', [code]]);
    expect(ownSubject(open)).toBe('For {{username}}');
  });

  it.each([
    ['larger than 256 KiB', 256 * 1024 + 1, ['too_large']],
    ['no larger', 256 * 1024, []],
  ])('are rejected if they are too large: %s', async (_what, size, codes) => {
    const open = openConfig();
    open.write(text, `{{link}}${'x'.repeat(size - 8)}`);
    const { errors } = await open.config.reload('admin');
    expect(errors.map(({ code }) => code)).toEqual(codes);
  });

  it('cause a single error if there are far too many', async () => {
    const open = openConfig({ [subject]: 'For {{username}}' });
    for (let index = 0; index < 63; index += 1) open.write(`templates/other-${index}.text`, 'x');
    expect((await open.config.reload('admin')).errors).toHaveLength(63);
    open.write('templates/other-63.text', 'x');
    expect((await open.config.reload('admin')).errors).toMatchObject([{ file: 'templates', code: 'too_large' }]);
    for (let index = 1; index <= 63; index += 1) rmSync(open.path(`templates/other-${index}.text`));
    expect((await open.config.reload('admin')).errors).toMatchObject([{ code: 'unknown_key' }]);
  });

  it('are the only files that are read from the directory', () => {
    const { directory, write } = makeDirectory({ [text]: '{{link}}', 'templates/other.html': 'large' });
    const digest = (): string => readDisk({ directory, layers: [], mounts: [] }).digest;
    const before = digest();
    write('templates/other.html', 'larger');
    expect(digest()).toBe(before);
    write(text, '{{link}}!');
    expect(digest()).not.toBe(before);
  });

  it('are read without drafts and backups of editors', async () => {
    const open = openConfig();
    for (const name of ['.password_reset.text.swp', 'password_reset.text~', '4913', '#password_reset.text#']) {
      open.write(`templates/${name}`, 'x');
    }
    expect(await open.config.reload('admin')).toMatchObject({ outcome: 'unchanged' });
  });

  it('cannot be removed without another change; {} restores the built-in template', async () => {
    const open = openConfig({ [subject]: 'For {{username}}' });
    rmSync(open.path('templates'), { recursive: true });
    const { errors } = await open.config.reload('admin');
    expect(errors).toMatchObject([{ file: subject, code: 'file_missing' }]);
    expect(ownSubject(open)).toBe('For {{username}}');
    open.write(subject, '{}\n');
    expect(await open.config.reload('admin')).toMatchObject({ outcome: 'applied' });
    expect(ownSubject(open)).toBeNull();
  });

  it('are rejected if their directory is a file', async () => {
    const open = openConfig();
    writeFileSync(open.path('templates'), 'x');
    const { errors } = await open.config.reload('admin');
    expect(errors).toMatchObject([{ file: 'templates', code: 'not_a_file' }]);
  });

  it.each([
    ['events alone', { pollMs: farAway, quietMs: 20 }],
    ['comparing alone', { pollMs: 20, quietMs: 5 }],
  ])('are reloaded with %s', async (_what, times) => {
    const open = openConfig({ [subject]: 'First' }, { times });
    await open.config.watch();
    open.write(`${subject}.draft`, 'Second');
    renameSync(open.path(`${subject}.draft`), open.path(subject));
    await whenSnapshot(open.config, 2, 5000);
    expect(ownSubject(open)).toBe('Second');
    open.write(subject, 'Third {{nonsense}}');
    await waitUntil('the rejected reload', () => open.config.status.lastError !== null);
    expect(ownSubject(open)).toBe('Second');
    open.write(subject, 'Fourth');
    await whenSnapshot(open.config, 3, 5000);
    expect(open.config.status.lastError).toBeNull();
  });

  it('are reloaded from a directory that is created later', async () => {
    const open = openConfig({}, { times: { pollMs: 20, quietMs: 5 } });
    await open.config.watch();
    mkdirSync(open.path('templates'));
    open.write(subject, 'Later');
    await whenSnapshot(open.config, 2, 5000);
    expect(ownSubject(open)).toBe('Later');
  });
});

describe('mail settings', () => {
  it.each([
    [
      'smtp without a host',
      'mail: {transport: smtp}\nserver: {publicUrl: "https://a.example"}',
      'mail.transport',
      'conflict',
    ],
    [
      'smtp without an origin for links',
      'mail: {transport: smtp, smtp: {host: smtp.example.org}}',
      'mail.transport',
      'conflict',
    ],
    ['a name of the client with a space', 'mail: {smtp: {name: "roll call"}}', 'mail.smtp.name', 'wrong_type'],
    ['a user without a password', 'mail: {smtp: {username: rollcall}}', 'mail.smtp.username', 'conflict'],
    ['a sender of two lines', 'mail: {from: "A <a@x>\\r\\nBcc: b@x"}', 'mail.from', 'wrong_type'],
    ['two senders', 'mail: {from: "a@x, b@x"}', 'mail.from', 'wrong_type'],
    ['a sender without an address', 'mail: {from: Rollcall}', 'mail.from', 'wrong_type'],
  ])('are rejected for %s', (_what, yaml, key, code) => {
    const { directory } = makeDirectory({ 'local.yaml': `${yaml}\n` });
    expect(checkDirectory({ directory, nodeEnv: 'test', env: {} })).toMatchObject([{ key, code }]);
  });

  it.each([
    ['"Support, Rollcall" <a@b.c>', 'Support, Rollcall', 'a@b.c'],
    ['"Example, Inc." <no-reply@example.org>', 'Example, Inc.', 'no-reply@example.org'],
    ['"Support: EU" <eu@example.org>', 'Support: EU', 'eu@example.org'],
    ['"The \\"best\\" <one>" <a@example.org>', 'The "best" <one>', 'a@example.org'],
    ['Dr. "A, B" Who <a@example.org>', 'Dr. A, B Who', 'a@example.org'],
    ['Grüße <hello@münchen.example>', 'Grüße', 'hello@xn--mnchen-3ya.example'],
    ['<r&d@example.org>', '', 'r&d@example.org'],
    ['no-reply@localhost', '', 'no-reply@localhost'],
  ])('accept the sender %s', (text, name, address) => {
    expect(parseMailbox(text)).toEqual({ name, address });
  });

  it.each([
    ['Example, Inc. <no-reply@example.org>', '"Example, Inc." <no-reply@example.org>'],
    ['Support: EU <eu@example.org>', '"Support: EU" <eu@example.org>'],
  ])('suggest quotes for the sender %s', (sender, suggestion) => {
    const { directory } = makeDirectory({ 'local.yaml': `mail: {from: '${sender}'}\n` });
    const [fault] = checkDirectory({ directory, nodeEnv: 'test', env: {} });
    expect(fault).toMatchObject({ key: 'mail.from', code: 'wrong_type' });
    expect(fault).toMatchObject({ suggestion });
  });

  it.each([
    '"Open <a@example.org>',
    'A <a@example.org> B',
    '<a@-example.org>',
    'A <>',
    `${'a'.repeat(65)}@example.org`,
  ])('reject the sender %s', (text) => {
    expect(parseMailbox(text)).toBeNull();
  });

  it('do not reveal the password of the mail server', () => {
    const { config } = openConfig({ 'local.yaml': 'mail: {smtp: {username: rollcall, password: horse battery}}\n' });
    expect(JSON.stringify(config.explain('mail'))).not.toContain('horse');
    expect(config.current.mail.smtp.password).toBe('horse battery');
  });

  it('use an outbox in the data directory by default', () => {
    expect(openConfig({}, { dataDir: '/somewhere' }).config.current.mail.outboxDir).toBe('/somewhere/outbox');
    const env = { ROLLCALL_MAIL_OUTBOX_DIR: '/elsewhere' };
    expect(openConfig({}, { env }).config.current.mail.outboxDir).toBe('/elsewhere');
  });
});
