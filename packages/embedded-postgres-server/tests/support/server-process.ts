import pg from 'pg';
import { startTemporaryServer } from '../../src/temporary-server.js';
import { startEmbeddedServer } from '../../src/embedded-server.js';

/*
 * A process that uses a server. Arguments: `embedded`, `temporary` or `temporary-on-disk`, and a folder. It prints the server as one line of
 * JSON, runs a query on SIGINT, and ends on the input `stop`.
 */
const [kind = '', folder = ''] = process.argv.slice(2);
const env = { PATH: '' };

const print = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const server =
  kind === 'embedded'
    ? await startEmbeddedServer({ dataDir: folder, env })
    : {
        ...(await startTemporaryServer({ cacheDir: folder, inMemory: kind !== 'temporary-on-disk', env })),
        isReused: false,
      };

process.on('SIGINT', () => {
  const client = new pg.Client(server.url);
  client
    .connect()
    .then(() => client.query<{ one: number }>('SELECT 1 AS one'))
    .then(({ rows }) => client.end().then(() => print({ answered: rows[0]?.one })))
    .catch((error: unknown) => print({ failed: String(error) }));
});
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  if (text.trim() === 'stop') void server.stop().then(() => process.exit(0));
});
print({ url: server.url, dataDir: server.dataDir, isReused: server.isReused });
