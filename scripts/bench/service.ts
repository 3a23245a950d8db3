import { randomBytes } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.js';

/** The service under measurement: a process of its own, as `rollcall serve` starts it. */
export interface Service {
  readonly url: string;
  readonly metricsUrl: string;
  /** Lays settings over the defaults, as an operator does: by writing local.yaml while the service runs. */
  configure(yaml: string): void;
  stop(): Promise<void>;
}

/** What a service is started with. */
export interface ServiceOptions {
  /** Holds dist/ and config/. */
  readonly projectRoot: string;
  /** Working folder of its own. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Flags of Node itself. */
  readonly nodeFlags: readonly string[];
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Limits would end the measurement; everything else is as it comes. */
const baseSettings = 'rateLimit:\n  enabled: false\n';

/** Settings of whoever runs the benchmark: a value can be tried without a change of any file. */
const settingsOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('ROLLCALL_')));

/** Secrets of a service; instances on one database need the same. */
export const newSecrets = (): Readonly<Record<string, string>> => ({
  ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  ROLLCALL_PASSWORD_PEPPER: randomBytes(32).toString('hex'),
});

/** Starts the built service on free ports with its own copy of config/. */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { projectRoot, folder, databaseUrl, nodeFlags, env = {} } = options;
  const configFolder = join(folder, 'config');
  const localFile = join(configFolder, 'local.yaml');
  cpSync(join(projectRoot, 'config'), configFolder, { recursive: true });
  const configure = (yaml: string): void => writeFileSync(localFile, baseSettings + yaml);
  configure('');
  const child = await startChild(
    {
      args: [...nodeFlags, join(projectRoot, 'dist/src/main.js'), 'serve'],
      cwd: folder,
      env: {
        ...settingsOf(process.env),
        ...newSecrets(),
        ...env,
        NODE_ENV: 'production',
        PORT: '0',
        ROLLCALL_METRICS_PORT: '0',
        DATABASE_URL: databaseUrl,
      },
    },
    'url',
  );
  const { url, metrics } = child.announced as { url: string; metrics: string };
  return { url, metricsUrl: metrics, configure, stop: () => child.stop() };
};
