import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderDefaultYaml, renderJsonSchema, renderReference } from './config-docs/reference.js';
import { readFeatures } from './config-proof/read.js';

/**
 * Writes config/default.yaml, config/schema.json and docs/configuration.md from the schema, and from the features that prove its keys.
 * With `--check` it writes nothing, and exits 1 when one of them is stale.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

const outputs: readonly (readonly [path: string, render: () => string])[] = [
  ['config/default.yaml', renderDefaultYaml],
  ['config/schema.json', renderJsonSchema],
  ['docs/configuration.md', () => renderReference(readFeatures(root).proofs)],
];

const stale = outputs
  .map(([path, render]) => ({ path, text: render() }))
  .filter(({ path, text }) => !existsSync(`${root}${path}`) || readFileSync(`${root}${path}`, 'utf8') !== text);

for (const { path, text } of stale) {
  if (isCheck) process.stderr.write(`${path} is stale: run npm run docs\n`);
  else writeFileSync(`${root}${path}`, text);
  if (!isCheck) process.stdout.write(`${path} written\n`);
}
if (isCheck && stale.length > 0) process.exitCode = 1;
