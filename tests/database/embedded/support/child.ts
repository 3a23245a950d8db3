import pg from 'pg';
import { startTemporaryServer } from '../../../../src/database/embedded/temporary-server.js';
import { startEmbeddedServer } from '../../../../src/database/embedded/embedded-server.js';
import { createLogger } from '../../../../src/observability/logger.js';

/*
 * A process that holds a server: argv is `embedded` or `throwaway`, and a folder. It prints the server as one line of
 * JSON, answers SIGINT with a query, and ends after `stop` on its input; otherwise it lives until it is killed.
 */
const [kind = '', folder = ''] = process.argv.slice(2);
const log = createLogger('silent');
const env = { PATH: '' };

const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const server =
  kind === 'embedded'
    ? await startEmbeddedServer({ dataDir: folder, log, env })
    : { ...(await startTemporaryServer({ cacheDir: folder, log, env })), isReused: false };

process.on('SIGINT', () => {
  const client = new pg.Client(server.url);
  client
    .connect()
    .then(() => client.query<{ one: number }>('SELECT 1 AS one'))
    .then(({ rows }) => client.end().then(() => say({ answered: rows[0]?.one })))
    .catch((error: unknown) => say({ failed: String(error) }));
});
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  if (text.trim() === 'stop') void server.stop().then(() => process.exit(0));
});
say({ url: server.url, dataDir: server.dataDir, isReused: server.isReused });
