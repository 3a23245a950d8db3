import { keyNamed, type LayerValue } from '../../config/explain.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns, paintOf, shownValue, type Paint } from '../terminal.js';
import { fetchConfigView, type LayeredSetting } from './config-view.js';
import { unknownKey } from './unknown-key.js';

const meanings = {
  live: 'live: takes effect on the next request',
  new: 'new: applies to what is issued afterwards',
  drain: 'drain: tried first; then the old resource finishes its work',
  restart: 'restart: requires a restart of the service',
} as const;

const statusOf = (paint: Paint, { active }: LayerValue, isPending: boolean): string => {
  if (isPending) return paint('warning', 'after a restart');
  return active ? paint('good', 'active') : paint('weak', 'overridden');
};

const textOf = (paint: Paint, entry: LayeredSetting): string => {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['value', paint('strong', entry.layers.length === 0 ? 'not set' : shownValue(entry.value))],
    ['source', entry.source],
    ['pending', entry.pending === undefined ? undefined : `${shownValue(entry.pending)} (requires a restart)`],
    ['default', entry.layers.some(({ source }) => source === 'default') ? shownValue(entry.default) : 'none'],
    ['range', entry.range],
    ['class', meanings[entry.class]],
    ['environment', entry.env],
  ];
  // A restart activates the value of the last layer, which has the highest precedence.
  const pendingLayer = entry.pending === undefined ? undefined : entry.layers.at(-1);
  const layers = entry.layers.map((layer) => [
    ...[layer.source, shownValue(layer.value)],
    statusOf(paint, layer, layer === pendingLayer),
  ]);
  return [
    `${paint('strong', entry.key)}: ${entry.description}\n`,
    columns(facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]]))),
    layers.length === 0 ? '  not set in any layer\n' : `  layers, lowest precedence first:\n${columns(layers, '    ')}`,
  ].join('');
};

/**
 * `rollcall config explain <key>`: shows the description, range and active value of a key, and the layers that set it. A section,
 * such as `rateLimit.login`, shows all its keys; an environment variable shows its key.
 * @throws {CommandError} exit 1 for a key that does not exist, 2 for an invalid configuration
 */
export const configExplain = async (
  environment: ProcessEnvironment,
  name: string,
  { json = false }: OutputOptions,
): Promise<number> => {
  const { settings } = await fetchConfigView(environment, keyNamed(name));
  if (settings.length === 0) throw unknownKey(name);
  if (json) writeData(environment, settings);
  else {
    const paint = paintOf(environment, environment.stdout);
    environment.stdout.write(settings.map((entry) => textOf(paint, entry)).join('\n'));
  }
  return exitCodes.ok;
};
