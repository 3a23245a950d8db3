import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseOsUser, startTemporaryServer, type TemporaryServer } from 'embedded-postgres-server';
import { openDatabase, silentLog } from './postgres.js';

const run = promisify(execFile);

/** A PostgreSQL server with TLS. */
export interface TlsServer {
  readonly server: TemporaryServer;
  /** The self-signed certificate of the server, for `localhost`: the value for `sslrootcert`. */
  readonly authority: string;
}

/** Starts a PostgreSQL server with TLS and a self-signed certificate for `localhost`. The caller stops it. */
export const startTlsServer = async (): Promise<TlsServer> => {
  const server = await startTemporaryServer({ log: silentLog(), env: { PATH: process.env['PATH'] } });
  const authority = join(server.dataDir, 'server.crt');
  const key = join(server.dataDir, 'server.key');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', ['req', '-new', '-x509', '-days', '2', '-nodes', ...subject, '-out', authority, '-keyout', key]);
  const account = await chooseOsUser();
  await chmod(key, 0o600);
  if (account !== null) for (const file of [key, authority]) await chown(file, account.uid, account.gid);
  const admin = openDatabase(server.url);
  await admin.knex.raw('ALTER SYSTEM SET ssl = on');
  await admin.knex.raw('SELECT pg_reload_conf()');
  await admin.close();
  return { server, authority };
};
