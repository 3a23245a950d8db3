/**
 * `npm run wording [-- folder]`: finds phrases and names that readers stumble over; scripts/wording/phrases.ts lists them.
 * The exit code is 1 if there is one. CONTRIBUTING.md describes the style.
 */
import { readProject } from './architecture/project.js';
import { findWording } from './wording/find.js';

/** Folders and files whose texts have not been revised yet. */
const unrevised: readonly string[] = [
  'features',
  'migrations',
  'packages/embedded-postgres-server',
  'scripts/features',
  'scripts/features-index',
  'src/app.ts',
  'src/cache',
  'src/cli',
  'src/config',
  'src/contract',
  'src/database',
  'src/errors',
  'src/handlers',
  'src/instances',
  'src/jobs',
  'src/limits',
  'src/mail',
  'src/middleware',
  'src/models',
  'src/routes',
  'src/security',
  'src/server',
  'tests/admin',
  'tests/cache',
  'tests/cli',
  'tests/config',
  'tests/contract',
  'tests/database',
  'tests/errors',
  'tests/features',
  'tests/instances',
  'tests/jobs',
  'tests/keys',
  'tests/limits',
  'tests/mail',
  'tests/middleware',
  'tests/models',
  'tests/observability',
  'tests/recovery',
  'tests/security',
  'tests/server',
];

/** Dependencies, and a page that is generated from feature files. */
const excluded = ['package-lock.json', 'docs/features.md'];

const isChecked = ({ path }: { readonly path: string }): boolean =>
  !excluded.includes(path) && !unrevised.some((entry) => path === entry || path.startsWith(`${entry}/`));

const project = readProject(process.argv[2] ?? '.');
const files = [...project.files.filter(({ path }) => !path.endsWith('.ts')), ...project.sources].filter(isChecked);
const findings = files.flatMap(findWording);
for (const { file, line, message } of findings) console.log(`${file}:${line}  ${message}`);
console.log(`wording: ${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
