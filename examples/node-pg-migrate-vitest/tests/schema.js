import { scenarioSchema } from 'scenario-schema/vitest';

/** `test` with a schema: `test('…', async ({ lease }) => { … })`. */
export const schemaTest = () => scenarioSchema({ migrate: 'npm run migrate' });
