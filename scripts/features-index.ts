/**
 * `npx tsx scripts/features-index.ts [--check]`: writes docs/features.md, the index of routes, audit actions, configuration
 * keys, steps and scenarios. With `--check` it writes nothing and exits 1 when the page is out of date, or when a route, a status
 * that it declares, or an audit action has no scenario. Settings are checked by config-proof.ts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routeName } from '../features/support/run/coverage.js';
import { auditActions } from '../src/contract/audit-event.js';
import { allEndpoints } from '../src/routes/index.js';
import { gatherReached, gatherSteps } from './features-index/gather.js';
import { unexpectedError, declaredStatuses, indexPage, scenariosOf, type IndexFacts } from './features-index/page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'docs', 'features.md');

/** Routes, statuses and audit actions without a scenario. */
const gapsIn = ({ endpoints, reached, actions }: IndexFacts): string[] => {
  const routes = endpoints
    .filter((endpoint) => !reached.some((scenario) => routeName(endpoint) in scenario.routes))
    .map((endpoint) => `${routeName(endpoint)} has no scenario`);
  const statuses = endpoints.flatMap((endpoint) =>
    declaredStatuses(endpoint)
      .filter((status) => scenariosOf(reached, routeName(endpoint), status).length === 0)
      .map((status) => `${routeName(endpoint)} has no scenario with the status ${String(status)}`),
  );
  const unexpectedErrors = reached.some(({ routes }) =>
    Object.values(routes).some((each) => each.includes(unexpectedError)),
  )
    ? []
    : [`no scenario gets a response with the status ${String(unexpectedError)}`];
  const unaudited = actions
    .filter((action) => !reached.some((scenario) => scenario.actions.includes(action)))
    .map((action) => `no scenario records the audit event ${action}`);
  return [...routes, ...statuses, ...unexpectedErrors, ...unaudited];
};

const facts: IndexFacts = {
  endpoints: allEndpoints(),
  reached: await gatherReached(root),
  steps: await gatherSteps(root),
  actions: auditActions,
};
const page = indexPage(facts);
if (process.argv.includes('--check')) {
  const isStale = !existsSync(path) || readFileSync(path, 'utf8') !== page;
  const problems = [
    ...gapsIn(facts),
    ...(isStale ? ['docs/features.md is out of date: npx tsx scripts/features-index.ts'] : []),
  ];
  for (const problem of problems) console.error(`features-index: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  writeFileSync(path, page);
  for (const gap of gapsIn(facts)) console.error(`features-index: ${gap}`);
}
