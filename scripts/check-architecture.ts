/**
 * `npm run architecture [-- folder]`: checks the rules that need the whole source tree. Prints each violation with its
 * rule and reason; the exit code is 1 if there is one. Known violations are listed in scripts/architecture/exceptions.json.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readProject } from './architecture/project.js';
import { applyRules, type Exception, type Finding } from './architecture/rule.js';
import { handlerPath, type Endpoint } from './architecture/rules/handler-path.js';
import { fileRules } from './architecture/rules/index.js';

const formatFinding = ({ file, line, rule, message, reason }: Finding): string =>
  `${file}:${line}  ${rule}: ${message}\n    ${reason}`;

const loadEndpoints = async (root: string): Promise<Endpoint[]> => {
  const routes = (await import(pathToFileURL(resolve(root, 'src/routes/index.ts')).href)) as {
    readonly allEndpoints: () => Endpoint[];
  };
  return routes.allEndpoints();
};

const readExceptions = (root: string): Exception[] => {
  const file = resolve(root, 'scripts/architecture/exceptions.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Exception[]) : [];
};

const root = process.argv[2] ?? '.';
const project = readProject(root);
const endpoints = await loadEndpoints(root);
const findings = applyRules(project, [...fileRules, handlerPath(endpoints)], readExceptions(root));
for (const finding of findings) console.log(formatFinding(finding));
console.log(
  `architecture: ${project.files.length} files, ${endpoints.length} endpoints, ${findings.length} violations`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
