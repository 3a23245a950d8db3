import { explainAll, type SettingEntry } from '../../config/explain.js';
import type { Generation } from '../../config/generation.js';
import { statementsOf, type Statement } from '../../config/statements.js';
import { exitCodes, type Host } from '../../server/host.js';
import { knownInForce } from './ask-database.js';
import type { OutputOptions } from './check.js';
import { columns, paintOf, shownValue, writeJson, type Paint } from '../terminal.js';
import { unknownKey } from './unknown-key.js';

const meanings = {
  live: 'live: a change bites with the next request',
  new: 'new: a change holds for what is issued from then on',
  drain: 'drain: a change is tried first, then the old resource finishes its work',
  restart: 'restart: a change waits until the service starts again',
} as const;

const standing = (paint: Paint, { wins }: Statement): string =>
  wins ? paint('good', 'counts') : paint('weak', 'shadowed');

const textOf = (paint: Paint, entry: SettingEntry, statements: readonly Statement[]): string => {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['value', paint('strong', shownValue(entry.value))],
    ['source', entry.source],
    ['pending', entry.pending === undefined ? undefined : `${shownValue(entry.pending)} (after a restart)`],
    ['default', shownValue(entry.default)],
    ['range', entry.range],
    ['class', meanings[entry.class]],
    ['environment', entry.env],
  ];
  const layers = statements.map((said) => [said.source, shownValue(said.value), standing(paint, said)]);
  return [
    `${paint('strong', entry.key)}: ${entry.description}\n`,
    columns(facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]]))),
    `  who states it, the strongest last:\n${columns(layers, '    ')}`,
  ].join('');
};

const documentOf = ({ loaded }: Generation, entry: SettingEntry): object => ({
  ...entry,
  layers: statementsOf(loaded, entry.key),
});

/**
 * `rollcall config explain <key>`: what a key means, what it may be, what it is, and layer by layer who says so.
 * A section, such as `rateLimit.login`, explains every key in it.
 * @throws {StartError} exit 1 for a key that does not exist, 2 for a bad configuration
 */
export const configExplain = async (host: Host, key: string, { json = false }: OutputOptions): Promise<number> => {
  const { generation } = await knownInForce(host);
  const entries = explainAll(generation, key);
  if (entries.length === 0) throw unknownKey(key, generation);
  if (json) {
    writeJson(
      host,
      entries.map((entry) => documentOf(generation, entry)),
    );
    return exitCodes.ok;
  }
  const paint = paintOf(host, host.stdout);
  const texts = entries.map((entry) => textOf(paint, entry, statementsOf(generation.loaded, entry.key)));
  host.stdout.write(texts.join('\n'));
  return exitCodes.ok;
};
