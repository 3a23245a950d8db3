import { createHash } from 'node:crypto';
import type { TestUser } from '../accounts/test-user.js';
import { unreadMail, type ReceivedMail } from '../mail/mailbox.js';
import { logText } from '../observability/log-text.js';
import type { Exchange } from './exchange.js';
import type { Scenario } from './scenario.js';
import { Senders } from './senders.js';

/** The number of characters of a text that are shown. */
const longest = 1_200;

const secret =
  /("(?:password|new_password|current_password|token|access_token|refresh_token|secret|password_hash)"\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

/** A secret without its value. Equal secrets have the same four characters, so that they can be recognized. */
const mask = (value: string): string => `********[${createHash('sha256').update(value).digest('hex').slice(0, 4)}]`;

/** Replaces passwords, tokens and the secret parts of links. */
export const masked = (text: string): string =>
  text
    .replace(secret, (_match, key: string, value: string) => `${key}"${mask(value)}"`)
    .replace(/(rollcall_console=)([^;\s]+)/g, (_match, name: string, value: string) => name + mask(value))
    .replace(/Bearer ([\w.~+/=-]+)/g, (_match, token: string) => `Bearer ${mask(token)}`)
    .replace(
      /([?&#](?:token|code|secret|key)=)([\w.~+/=%-]+)/g,
      (_match, name: string, value: string) => name + mask(value),
    );

const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)} … (${String(text.length)} characters)`;

const shown = (text: string): string => shortened(masked(text)).replaceAll('\n', '\n        ');

const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};

const exchangeText = ({ request, response, error, ms, sentAt }: Exchange, sender: string): string => {
  const result =
    response === undefined
      ? `no response: ${reasonOf(error)}`
      : `${String(response.peekStatus())}, request id ${response.requestId ?? 'none'}`;
  const lines = [
    `    ${sender}: ${request.method} ${masked(request.path)} -> ${result} (${String(Math.round(ms))} ms, ${sentAt.toISOString()})`,
    ...request.headers.map(([name, value]) => `      > ${name}: ${shown(value)}`),
  ];
  if (request.body !== undefined) lines.push(`      > ${shown(request.body.toString())}`);
  if (response !== undefined) {
    for (const name of ['content-type', 'etag', 'retry-after', 'location', 'x-cache']) {
      const value = response.headers.get(name);
      if (value !== null) lines.push(`      < ${name}: ${shown(value)}`);
    }
    if (response.text !== '') lines.push(`      < ${shown(response.text)}`);
  }
  return lines.join('\n');
};

const exchangesText = (exchanges: readonly Exchange[], senders: Senders): string[] => {
  let step: string | undefined;
  return exchanges.flatMap((exchange) => {
    const isSame = exchange.step === step;
    step = exchange.step;
    return [...(isSame || step === undefined ? [] : [`  ${step}`]), exchangeText(exchange, senders.next(exchange))];
  });
};

const mailText = ({ to, subject, links }: ReceivedMail): string =>
  [`  to ${to}: "${subject}"`, ...links.map((link) => `    ${masked(link)}`)].join('\n');

/** Requests, responses, emails and log lines of a failed scenario, with masked secrets. */
export const scenarioReport = (
  { exchanges, log, mails, outboxDirectory, clock }: Scenario,
  users: Iterable<TestUser> = [],
): string => {
  const all = [...mails, ...(outboxDirectory === undefined ? [] : unreadMail(outboxDirectory))];
  const lines = logText(log.lines());
  return [
    exchanges.length === 0 ? 'No request was sent.' : 'Requests and responses, oldest first, by step:',
    ...exchangesText(exchanges, new Senders(users)),
    ...(all.length === 0 ? [] : ['Emails:', ...all.map(mailText)]),
    lines === '' ? 'Nothing was logged.' : `Log:\n  ${masked(lines).replaceAll('\n', '\n  ')}`,
    `Test clock: ${clock.now().toISOString()}`,
  ].join('\n');
};
