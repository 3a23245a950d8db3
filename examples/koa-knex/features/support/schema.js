import knex from 'knex';
import { useScenarioSchema } from 'scenario-schema/cucumber';

useScenarioSchema({
  migrate: async (url) => {
    const db = knex({ client: 'pg', connection: url });
    await db.migrate.latest();
    await db.destroy();
  },
});
