/**
 * `npx tsx scripts/api-examples.ts [--check]`: writes src/contract/openapi/examples.json, the examples of the API document,
 * from what the scenarios of the last whole run exchanged with the service. An example stays as long as some scenario still
 * produces its structure. With `--check` it writes nothing and exits 1 if an example is missing, outdated or unused.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { structureOf, type RecordedExamples } from '../features/support/run/example-recorder.js';
import type { Example } from '../src/contract/openapi/examples.js';
import { gatherReached } from './features-index/gather.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'src', 'contract', 'openapi', 'examples.json');

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8')) as unknown;

await gatherReached(root);
const recorded = readJson(join(root, 'reports', 'examples.json')) as RecordedExamples;
const committed = existsSync(path) ? (readJson(path) as Record<string, Example>) : {};

const isCurrent = (key: string): boolean => {
  const example = committed[key];
  return example !== undefined && recorded[key]?.structures.includes(structureOf(example)) === true;
};
const outdated = [...new Set([...Object.keys(recorded), ...Object.keys(committed)])].filter((key) => !isCurrent(key));

if (process.argv.includes('--check')) {
  for (const key of outdated) console.error(`api-examples: the example of "${key}" is outdated: npm run docs`);
  process.exitCode = outdated.length === 0 ? 0 : 1;
} else {
  const examples = Object.entries(recorded).map(([key, { best }]) => [key, isCurrent(key) ? committed[key] : best]);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(examples), null, 2)}\n`);
}
