/**
 * `npm run steps`: finds step definitions that no feature uses, near-duplicates of other definitions, and too many of them.
 * Exit 1 when there are any.
 */
import { fileURLToPath } from 'node:url';
import { loadDefinitions, loadSteps } from './steps/load.js';
import { findProblems } from './steps/problems.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = findProblems(await loadDefinitions(root), loadSteps(root));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
