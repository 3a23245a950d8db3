/**
 * `npm run console:types`: generates the types of the API from the OpenAPI document of the service, and compiles the
 * operator console with them. The exit code is 1 if the console and the API disagree. `--generate` only generates the
 * types, for checks that read the sources of the console.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { openApiDocument } from '../src/contract/openapi/document.js';
import { allEndpoints } from '../src/routes/index.js';

const target = '.cache/console-api.d.ts';

/** Writes the types if they have changed: in one step, because checks that read them run at the same time. */
const generate = async (): Promise<void> => {
  mkdirSync('.cache', { recursive: true });
  const document = openApiDocument(allEndpoints(), '0.0.0') as unknown as OpenAPI3;
  const types = astToString(await openapiTypescript(document));
  if (existsSync(target) && readFileSync(target, 'utf8') === types) return;
  const temporary = `${target}.${String(process.pid)}`;
  writeFileSync(temporary, types);
  renameSync(temporary, target);
};

const compile = (): number => {
  const options = ['--incremental', '--tsBuildInfoFile', '.cache/console.tsbuildinfo'];
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'console', ...options], {
    stdio: 'inherit',
  });
  return status ?? 1;
};

await generate();
if (!process.argv.includes('--generate')) process.exitCode = compile();
