/**
 * `npx tsx scripts/features-index.ts [--check]`: writes docs/features.md, the index of routes, configuration keys, steps
 * and scenarios. With `--check` it writes nothing and exits 1 when the page is stale, or when a route, a success that a
 * route declares, or a status that any route declares has no scenario. Keys are the matter of scripts/config-proof.ts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routeName } from '../features/support/coverage.js';
import { allEndpoints } from '../src/routes/index.js';
import { gatherReached, gatherSteps } from './features-index/gather.js';
import { declaredStatuses, indexPage, scenariosOf, type IndexFacts } from './features-index/page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'docs', 'features.md');

/** The one status that no request may ever get on purpose. */
const accident = 500;

/** What has no scenario and needs one. */
const gapsIn = ({ endpoints, reached }: IndexFacts): string[] => {
  const routes = endpoints
    .filter((endpoint) => !reached.some((scenario) => routeName(endpoint) in scenario.routes))
    .map((endpoint) => `${routeName(endpoint)} has no scenario`);
  const successes = endpoints.flatMap((endpoint) =>
    Object.keys(endpoint.answers)
      .map(Number)
      .filter((status) => status < 300 && scenariosOf(reached, routeName(endpoint), status).length === 0)
      .map((status) => `${routeName(endpoint)} has no scenario that ends with ${String(status)}`),
  );
  const statuses = [...new Set(endpoints.flatMap(declaredStatuses))]
    .filter((status) => status !== accident)
    .filter((status) => !reached.some(({ routes }) => Object.values(routes).some((each) => each.includes(status))))
    .map((status) => `no scenario ends with ${String(status)}`);
  return [...routes, ...successes, ...statuses];
};

const facts: IndexFacts = {
  endpoints: allEndpoints(),
  reached: await gatherReached(root),
  steps: await gatherSteps(root),
};
const page = indexPage(facts);
if (process.argv.includes('--check')) {
  const isStale = !existsSync(path) || readFileSync(path, 'utf8') !== page;
  const faults = [
    ...gapsIn(facts),
    ...(isStale ? ['docs/features.md is stale: npx tsx scripts/features-index.ts'] : []),
  ];
  for (const fault of faults) console.error(`features-index: ${fault}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} else {
  writeFileSync(path, page);
  for (const gap of gapsIn(facts)) console.error(`features-index: ${gap}`);
}
