import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from './support/fixture.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Runs Cucumber in a new project with some files below `features`, and returns what it prints. */
const runCucumber = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-schema-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'features', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'features', name), text);
  }
  const { PATH, HOME } = process.env;
  const DATABASE_URL = await createDatabase();
  const args = ['--import', join(modules, 'tsx/dist/loader.mjs'), join(modules, '.bin/cucumber-js')];
  const child = spawn(process.execPath, args, { cwd: folder, env: { PATH, HOME, DATABASE_URL } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return output;
};

const feature = 'Feature: Orders\n  Scenario: One\n    Given an order';
const support = `
  import pg from 'pg';
  import { useScenarioSchema } from 'scenario-schema/cucumber';
  useScenarioSchema({
    migrate: async (url) => {
      // Neither is closed.
      await new pg.Pool({ connectionString: url }).query('CREATE TABLE orders (id int)');
      await new pg.Client(url).connect();
    },
  });`;
const steps = `
  import { Before, Given } from '@cucumber/cucumber';
  Before(function () {
    this.config = this.lease.pgConfig();
  });
  Given('an order', () => undefined);`;

describe('useScenarioSchema', () => {
  it('gives each scenario a lease', async () => {
    const output = await runCucumber({ 'orders.feature': feature, 'a-schema.js': support, 'steps.js': steps });
    expect(output).toContain('1 scenario (1 passed)');
  });

  it('ignores a scenario that an earlier hook has skipped', async () => {
    const skip = `import { Before, Given } from '@cucumber/cucumber';
      Before(() => 'skipped');
      Given('an order', () => undefined);`;
    const output = await runCucumber({ 'orders.feature': feature, 'a-skip.js': skip, 'schema.js': support });
    expect(output).toContain('1 scenario (1 skipped)');
  });

  it('says so if it was loaded after a hook that needs the lease', async () => {
    const output = await runCucumber({
      'orders.feature': feature,
      'support/schema.js': support,
      'steps/all.js': steps,
    });
    expect(output).toContain('Load the file with useScenarioSchema before the files with your hooks and steps.');
  });
});
