import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.js';
import { applyFault, faultVariable, type Fault } from './fault.js';

const root = resolve(import.meta.dirname, '../..');
const fault = JSON.parse(process.env[faultVariable] ?? 'null') as Fault | null;

/** The tests of the models need a database, and so does the run without a fault. */
const needsDatabase = fault === null || fault.file.startsWith('src/models/');

/** Runs unit tests. The fault is in the module that Vitest loads, not on disk. */
export default defineConfig({
  root,
  plugins: [
    {
      name: 'planted-fault',
      enforce: 'pre',
      load(id) {
        if (fault === null || id.split('?')[0] !== resolve(root, fault.file)) return null;
        return applyFault(readFileSync(resolve(root, fault.file), 'utf8'), fault);
      },
    },
  ],
  resolve: shared.resolve ?? {},
  test: {
    include: ['tests/**/*.test.ts'],
    ...(needsDatabase && { globalSetup: ['tests/support/global-setup.ts'] }),
    bail: 1,
    testTimeout: 30_000,
    maxWorkers: 1,
  },
});
