import { Argument, Option, type Command } from 'commander';
import { mailKinds, type MailKind } from '../../contract/mail-kind.js';
import type { MailState } from '../../models/mail/outgoing-mail.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import type { MailListOptions } from './list.js';
import type { MailRetryOptions } from './retry.js';

const states: Readonly<Record<MailState, true>> = {
  ...{ queued: true, sending: true, dead: true, sent: true, dropped: true },
};

/** Adds `rollcall mail …`. */
export const addMail = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const mail = program
    .command('mail')
    .description('list the outbox, requeue and drop emails, preview templates, test the mail settings');
  mail
    .command('list')
    .description('list queued and dead emails, and those being sent, oldest first; or all emails in one state')
    .addOption(new Option('--state <state>', 'emails with this state').choices(Object.keys(states)))
    .option(...jsonOption)
    .action((options: MailListOptions) =>
      run(async () => (await import('./list.js')).listOutbox(environment, options)),
    );
  mail
    .command('retry [id...]')
    .description('requeue dead emails')
    .option('--all-dead', 'requeue every dead email')
    .option(...jsonOption)
    .action((ids: string[], options: MailRetryOptions) =>
      run(async () => (await import('./retry.js')).retryMail(environment, ids, options)),
    );
  mail
    .command('drop <id...>')
    .description('drop queued and dead emails, so that they are not sent')
    .option(...jsonOption)
    .action((ids: string[], options: OutputOptions) =>
      run(async () => (await import('./retry.js')).dropMail(environment, ids, options)),
    );
  mail
    .command('preview')
    .description('print an email with sample data, from the templates of this configuration')
    .addArgument(new Argument('<kind>', 'kind of email').choices(mailKinds))
    .option(...jsonOption)
    .action((kind: MailKind, options: OutputOptions) =>
      run(async () => (await import('./preview.js')).previewTemplate(environment, kind, options)),
    );
  mail
    .command('send-test <address>')
    .description('send a test email with the current mail settings, without the outbox')
    .option(...jsonOption)
    .action((address: string, options: OutputOptions) =>
      run(async () => (await import('./send-test.js')).sendTestMail(environment, address, options)),
    );
};
