import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { applyFault, faultVariable, type Fault } from './fault.js';

const root = resolve(import.meta.dirname, '../..');
const fault = JSON.parse(process.env[faultVariable] ?? 'null') as Fault | null;

/** Runs unit tests that need no database. The fault is in the module that Vitest loads, not on disk. */
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
  test: { include: ['tests/**/*.test.ts'], bail: 1, testTimeout: 30_000, maxWorkers: 1 },
});
