import type { ReceivedMail } from '../mail/mailbox.js';
import type { RollcallWorld } from '../world.js';
import { flushSpans, receivedText } from './spans.js';

/** Returns a text when the step runs. */
export type TextSource = (world: RollcallWorld) => string | Promise<string>;

const responsesOf = (world: RollcallWorld): string[] => {
  if (world.response.status === 0) throw new Error('no response was received');
  return world.responses.map(({ text }) => text);
};

const partOfMail =
  (part: 'subject' | 'text' | 'html'): TextSource =>
  (world) =>
    (world.saved.get('template mail') as ReceivedMail)[part];

/** The texts that must not contain something, by their names in steps. */
const sources: Readonly<Record<string, TextSource>> = {
  'the response': (world) => world.response.text,
  'the responses and the log': (world) => JSON.stringify([responsesOf(world), world.logLines()]),
  'the log': (world) => JSON.stringify(world.logLines()),
  'the audit log': async (world) => JSON.stringify(await world.db('audit_events')),
  'the configuration status and the log': async (world) => {
    const { config } = (await world.ready()).services;
    return JSON.stringify([config.status, config.explain(), world.logLines()]);
  },
  'the spans': async (world) => {
    await flushSpans(world);
    return receivedText(world);
  },
  'the email': (world) => JSON.stringify(world.saved.get('mail')),
  'the subject of the email': partOfMail('subject'),
  'the text of the email': partOfMail('text'),
  'the html of the email': partOfMail('html'),
};

/** Matches the names of all texts. */
export const textSourcePattern = new RegExp(
  Object.keys(sources)
    .sort((one, other) => other.length - one.length)
    .join('|'),
);

/** Finds the text that a step names. */
export const parseTextSource = (name: string): TextSource => {
  const source = sources[name];
  if (source === undefined) throw new TypeError(`unknown text "${name}"`);
  return source;
};
