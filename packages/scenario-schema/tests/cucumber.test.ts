import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modules, runInProject, withSources } from './support/project.js';

/** Runs Cucumber in a new project with some files below `features`, and returns what it prints. */
const runCucumber = (files: Readonly<Record<string, string>>): Promise<string> =>
  runInProject(Object.fromEntries(Object.entries(files).map(([name, text]) => [join('features', name), text])), [
    ...withSources,
    join(modules, '.bin/cucumber-js'),
  ]);

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
