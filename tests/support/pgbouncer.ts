import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseOsUser } from 'embedded-postgres-server';
import { findProgram } from './debian-package.js';
import { freePort } from './free-port.js';
import { waitUntil } from './wait-until.js';

/** PgBouncer settings that differ from the defaults. */
export interface PoolerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  readonly ignored?: string;
  readonly poolSize?: number;
  readonly roundRobin?: boolean;
}

/** A running PgBouncer. */
export interface Pooler {
  /** Database URL that connects through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });

/** Starts PgBouncer in front of a server, on a free port of 127.0.0.1. Installs its Debian package if it is missing. */
export const startPooler = async (target: string, options: PoolerOptions): Promise<Pooler> => {
  const url = new URL(target);
  const [path, port, account] = [await findProgram('pgbouncer', 'PgBouncer'), await freePort(), await chooseOsUser()];
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-pgbouncer-'));
  await chmod(folder, 0o755);
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${url.username}" "${url.password}"\n`);
  const lines = [
    '[databases]',
    `* = host=${url.hostname} port=${url.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${String(port)}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${users}`,
    `pool_mode = ${options.mode}`,
    `default_pool_size = ${String(options.poolSize ?? 20)}`,
    `server_round_robin = ${options.roundRobin === true ? '1' : '0'}`,
    ...(options.ignored === undefined ? [] : [`ignore_startup_parameters = ${options.ignored}`]),
  ];
  await writeFile(join(folder, 'pgbouncer.ini'), `${lines.join('\n')}\n`);
  const identity = account === null ? {} : { uid: account.uid, gid: account.gid };
  if (account !== null) await chown(folder, account.uid, account.gid);
  const child = spawn(path, ['-q', join(folder, 'pgbouncer.ini')], { ...identity, cwd: folder, stdio: 'ignore' });
  await waitUntil('PgBouncer listens', () => isListening(port), 20_000);
  url.port = String(port);
  return {
    url: url.href,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
