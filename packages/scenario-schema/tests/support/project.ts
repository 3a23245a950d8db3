import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createDatabase } from './fixture.js';

/** The packages that a project can import. */
export const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/** A program that runs with the sources of the kit instead of its compiled files. */
export const withSources = ['--import', join(modules, 'tsx/dist/loader.mjs')] as const;

/** Runs Node.js in a new project with some files, on a marked database, and returns what it prints. */
export const runInProject = async (
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-schema-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  symlinkSync(modules, join(folder, 'node_modules'));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH, HOME, DATABASE_URL: await createDatabase(), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return output;
};
