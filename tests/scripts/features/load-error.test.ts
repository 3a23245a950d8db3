import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = `
  import { loadSteps } from './scripts/features/cucumber.ts';
  import { listSteps } from './scripts/features/list-steps.ts';
  const print = ({ name, message }) => console.log(name + ': ' + message);
  const [list, ...run] = process.argv.slice(1);
  await listSteps(list, []).catch(print);
  for (const project of run) await loadSteps(project).catch(print);
`;

/** A project with one step file. */
const createProject = (folder: string, name: string, text: string): string => {
  const project = join(folder, name);
  mkdirSync(join(project, 'features', 'steps'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'features', 'steps', 'x.ts'), text);
  writeFileSync(join(project, 'features', 'steps', 'y.ts'), 'export const Given = 1;');
  return project;
};

it('a step file that cannot be loaded is an error of usage that names the file and the reason', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-load-')));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const cases = [
    ['import {\n', ':2 cannot be loaded: Expected identifier but found end of file.'],
    ['import {\n', ':2 cannot be loaded: Expected identifier but found end of file.'],
    ["import '../nothing.js';", " cannot be loaded: Cannot find module 'features/nothing.js'."],
    ["import 'no-such-package';", " cannot be loaded: Cannot find package 'no-such-package'."],
    [
      "import { Givn } from './y.js';\nGivn();",
      ":1 cannot be loaded: The requested module './y.js' does not provide an export named 'Givn'.",
    ],
    ['\nthrow new Error("no password is set");', ':2 cannot be loaded: no password is set.'],
    [
      "import { Given } from '@cucumber/cucumber';\nGiven('a {b', () => undefined);",
      `:2 cannot be loaded: the expression "a {b" is not valid: The '{' does not have a matching '}'.`,
    ],
  ] as const;
  const projects = cases.map(([text], index) => createProject(folder, String(index), text));
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script, ...projects];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const expected = cases.map(([, reason]) => `UsageError: features/steps/x.ts${reason}`);
  expect(stdout.trim().split('\n'), stderr).toEqual(expected);
});
