import type { Example } from './example.js';

/** Examples of imports against the order of the layers. */
export const importDirectionExamples: readonly Example[] = [
  {
    rule: 'import-direction',
    violation: 'an import from a higher layer',
    invalid: { 'src/models/user.ts': `import '../errors/codes.js';\nimport '../handlers/auth/login.js';\n` },
    findings: ['src/models/user.ts:2'],
    valid: { 'src/handlers/auth/login.ts': `import '../../models/user.js';\nimport './tokens.js';\n` },
  },
  {
    rule: 'import-direction',
    violation: 'an import between modules of one layer',
    invalid: { 'src/limits/limiter.ts': `export { a } from '../cache/cache.js';\n` },
    findings: ['src/limits/limiter.ts:1'],
    valid: { 'src/limits/limiter.ts': `export { a } from '../config/config.js';\n` },
  },
  {
    rule: 'import-direction',
    violation: 'type imports, dynamic imports and import types in the wrong direction',
    invalid: {
      'src/config/config.ts': `import type { A } from '../database/a.js';\nvoid import('../app.js');\nlet b: import('../services.js').B;\n`,
    },
    findings: ['src/config/config.ts:1', 'src/config/config.ts:2', 'src/config/config.ts:3'],
    valid: { 'src/cli/serve.ts': `import type { A } from '../database/a.js';\nvoid import('../app.js');\n` },
  },
  {
    rule: 'import-direction',
    violation: 'an import from a higher layer of src/config',
    invalid: {
      'src/config/reload/c.ts': `import '../revisions/b.js';\nimport type { A } from '../overrides/a.js';\n`,
      'src/config/revisions/b.ts': `import '../reload/a.js';\nimport '../overrides/a.js';\n`,
      'src/config/types.ts': `import type { A } from './overrides/a.js';\n`,
    },
    findings: [
      'src/config/reload/c.ts:2',
      'src/config/revisions/b.ts:1',
      'src/config/revisions/b.ts:2',
      'src/config/types.ts:1',
    ],
    valid: {
      'src/config/overrides/a.ts': `import '../reload/c.js';\nimport '../revisions/b.js';\nimport '../types.js';\n`,
      'src/config/config.ts': `import './overrides/a.js';\n`,
      'src/models/user.ts': `import '../config/overrides/a.js';\n`,
    },
  },
  {
    rule: 'import-direction',
    violation: 'a module of src/config without a layer',
    invalid: { 'src/config/helpers/strings.ts': `\n` },
    findings: ['src/config/helpers/strings.ts:1'],
    valid: { 'src/config/files/strings.ts': `\n` },
  },
  {
    rule: 'import-direction',
    violation: 'an import of test code in the service',
    invalid: { 'src/app.ts': `import '../tests/support/clock.js';\n` },
    findings: ['src/app.ts:1'],
    valid: { 'tests/app.test.ts': `import '../src/app.js';\n` },
  },
  {
    rule: 'import-direction',
    violation: 'an import of the service in a migration',
    invalid: { 'migrations/1_users.ts': `import { User } from '../src/models/user.js';\n` },
    findings: ['migrations/1_users.ts:1'],
    valid: { 'migrations/1_users.ts': `import type { Knex } from 'knex';\n` },
  },
  {
    rule: 'import-direction',
    violation: 'a module without a layer',
    invalid: { 'src/utils/strings.ts': `\n` },
    findings: ['src/utils/strings.ts:1'],
    valid: { 'src/server/listen.ts': `\n` },
  },
];
