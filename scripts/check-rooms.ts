/**
 * `npm run rooms [-- folder]`: checks the rules of the house that need the whole tree, and prints each place that breaks
 * one with the rule and its reason. Exit 1 when there is any.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyRules, type ReasonedFinding } from './rooms/finding.js';
import { readProject } from './rooms/project.js';
import { textRules } from './rooms/rules/index.js';
import { urlIsPath, type EndpointRow } from './rooms/rules/url-is-path.js';

const render = ({ file, line, rule, message, reason }: ReasonedFinding): string =>
  `${file}:${line}  ${rule}: ${message}\n    because ${reason}`;

/** The rows of all route tables, as the service itself sees them. */
const loadEndpoints = async (root: string): Promise<EndpointRow[]> => {
  const routes = (await import(pathToFileURL(resolve(root, 'src/routes/index.ts')).href)) as {
    readonly allEndpoints: () => EndpointRow[];
  };
  return routes.allEndpoints();
};

const root = process.argv[2] ?? '.';
const project = readProject(root);
const endpoints = await loadEndpoints(root);
const findings = applyRules(project, [...textRules, urlIsPath(endpoints)]);
for (const finding of findings) console.log(render(finding));
console.log(`rooms: ${project.files.length} files, ${endpoints.length} endpoints, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
