import { Argument, Option, type Command } from 'commander';
import { mailKinds, type MailKind } from '../../contract/mail-kind.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import { listOutbox, mailStates, type MailListOptions } from './list.js';
import { previewTemplate } from './preview.js';
import { dropMail, retryMail, type MailRetryOptions } from './retry.js';
import { sendTestMail } from './send-test.js';

/** Adds `rollcall mail …`. */
export const addMail = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const mail = program
    .command('mail')
    .description('list the outbox, requeue and drop mails, preview templates, test the mail settings');
  mail
    .command('list')
    .description('list queued and dead mails, and those being sent, oldest first; or all mails in one state')
    .addOption(new Option('--state <state>', 'mails with this state').choices(mailStates))
    .option(...jsonOption)
    .action((options: MailListOptions) => run(() => listOutbox(environment, options)));
  mail
    .command('retry [id...]')
    .description('requeue dead mails')
    .option('--all-dead', 'requeue every dead mail')
    .option(...jsonOption)
    .action((ids: string[], options: MailRetryOptions) => run(() => retryMail(environment, ids, options)));
  mail
    .command('drop <id...>')
    .description('give up queued and dead mails')
    .option(...jsonOption)
    .action((ids: string[], options: OutputOptions) => run(() => dropMail(environment, ids, options)));
  mail
    .command('preview')
    .description('print a mail with sample data, from the templates of this configuration')
    .addArgument(new Argument('<kind>', 'kind of mail').choices(mailKinds))
    .option(...jsonOption)
    .action((kind: MailKind, options: OutputOptions) => run(() => previewTemplate(environment, kind, options)));
  mail
    .command('send-test <address>')
    .description('send a test mail with the current mail settings, without the outbox')
    .option(...jsonOption)
    .action((address: string, options: OutputOptions) => run(() => sendTestMail(environment, address, options)));
};
