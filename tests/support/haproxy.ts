import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './debian-package.js';
import { freePort } from './free-port.js';
import { waitUntil } from './wait-until.js';

/** A running HAProxy. */
export interface HaProxy {
  readonly url: string;
  stop(): Promise<void>;
}

const isResponding = async (url: string): Promise<boolean> => (await fetch(url).catch(() => undefined)) !== undefined;

/**
 * Starts HAProxy in front of a service, on a free port of 127.0.0.1. Installs its Debian package if it is missing.
 * @param server address in the syntax of HAProxy: `127.0.0.1:8080` or `unix@/path`
 * @param rules additional lines for the frontend
 */
export const startHaProxy = async (server: string, rules: readonly string[] = []): Promise<HaProxy> => {
  const [path, port] = [await findProgram('haproxy', 'HAProxy'), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-haproxy-'));
  const lines = [
    'defaults',
    '  mode http',
    '  option forwardfor',
    '  timeout connect 5s',
    '  timeout client 30s',
    '  timeout server 30s',
    'frontend public',
    `  bind 127.0.0.1:${String(port)}`,
    ...rules.map((rule) => `  ${rule}`),
    '  default_backend service',
    'backend service',
    `  server one ${server}`,
  ];
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn(path, ['-db', '-f', file], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${String(port)}`;
  await waitUntil('HAProxy responds', () => isResponding(url), 20_000);
  return {
    url,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
