#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { connectToGiven } from './connection.js';
import { processEnvironment } from './environment.js';
import { messageOf, ScenarioSchemaError } from './errors.js';
import { defaultPrefix, validatePrefix } from './names.js';
import { markDatabase } from './server/marker.js';

const usage = `Usage: scenario-schema mark [--prefix PREFIX]

Marks the database of DATABASE_URL, so that tests may create schemas in it. It must not contain tables or views.`;

const run = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { prefix: { type: 'string', default: defaultPrefix }, help: { type: 'boolean', short: 'h' } },
  });
  const write = (text: string): void => void process.stdout.write(`${text}\n`);
  if (values.help === true) {
    write(usage);
    return 0;
  }
  if (positionals.length !== 1 || positionals[0] !== 'mark') throw new ScenarioSchemaError(usage);
  const url = processEnvironment()['DATABASE_URL'];
  if (url === undefined || url === '') throw new ScenarioSchemaError('Set DATABASE_URL to the database to mark.');
  const client = await connectToGiven(url, 'scenario-schema mark');
  try {
    await markDatabase(client, validatePrefix(values.prefix), write);
  } finally {
    await client.end();
  }
  return 0;
};

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`scenario-schema: ${messageOf(error)}\n`);
    process.exitCode = 2;
  },
);
