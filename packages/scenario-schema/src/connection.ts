import pg from 'pg';
import { messageOf, ScenarioSchemaError } from './errors.js';
import { quoted } from './names.js';

/** Connects, with a listener for errors, since a lost connection would otherwise end the process. */
export const connect = async (url: string, applicationName: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, application_name: applicationName });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/**
 * Connects to the database that the user has given.
 * @throws {ScenarioSchemaError} if it cannot be reached
 */
export const connectToGiven = async (url: string, applicationName: string): Promise<pg.Client> => {
  try {
    return await connect(url, applicationName);
  } catch (error) {
    throw new ScenarioSchemaError(`The database cannot be reached: ${messageOf(error)}`, { cause: error });
  }
};

/** The same server, another database. */
export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
};

/** A search path as text, for `SET` and for `-c search_path=…`. */
const searchPathText = (searchPath: readonly string[]): string =>
  searchPath.map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quoted(name))).join(',');

/** The options of a session: those of the URL, and the search path. */
export const sessionOptions = (url: string, searchPath: readonly string[]): string => {
  const given = new URL(url).searchParams.get('options');
  const own = `-c search_path=${searchPathText(searchPath).replaceAll(/([\\ ])/g, '\\$1')}`;
  return given === null || given === '' ? own : `${given} ${own}`;
};

/** A URL whose sessions use a search path. libpq does not decode `+`, so a blank is `%20`. */
export const withSearchPath = (url: string, searchPath: readonly string[], applicationName: string): string => {
  const changed = new URL(url);
  changed.searchParams.set('options', sessionOptions(url, searchPath));
  changed.searchParams.set('application_name', applicationName);
  return changed.href.replaceAll('+', '%20');
};

/** The first row of a result. */
export const firstRow = <Row extends pg.QueryResultRow>(result: pg.QueryResult<Row> | undefined): Row => {
  const row = result?.rows[0];
  if (row === undefined) throw new Error('the database returned no row');
  return row;
};
