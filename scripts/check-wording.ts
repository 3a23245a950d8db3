/**
 * `npm run wording [-- folder]`: finds phrases and names that readers stumble over; scripts/wording/phrases.ts lists them.
 * The exit code is 1 if there is one. CONTRIBUTING.md describes the style.
 */
import { readProject } from './architecture/project.js';
import { findWording } from './wording/find.js';

/**
 * Files that are not checked: the lock file, a page generated from feature files, and migrations whose SQL must not
 * change.
 */
const excluded = [
  'package-lock.json',
  'docs/features.md',
  'migrations/20260101000400_roles.ts',
  'migrations/20260301003000_user_roles_version.ts',
  'migrations/20260601013000_permission_descriptions.ts',
];

const isChecked = ({ path }: { readonly path: string }): boolean => !excluded.includes(path);

const project = readProject(process.argv[2] ?? '.');
const files = [...project.files.filter(({ path }) => !path.endsWith('.ts')), ...project.sources].filter(isChecked);
const findings = files.flatMap(findWording);
for (const { file, line, message } of findings) console.log(`${file}:${line}  ${message}`);
console.log(`wording: ${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
