import { randomBytes } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from './child-process.js';

/** The measured service: `rollcall serve` in a child process. */
export interface Service {
  readonly url: string;
  readonly metricsUrl: string;
  /** Changes settings by writing local.yaml while the service runs. */
  configure(yaml: string): void;
  stop(): Promise<void>;
  readonly signal: Child['signal'];
}

/** Options of `startService`. */
export interface ServiceOptions {
  /** Contains dist/ and config/. */
  readonly projectRoot: string;
  /** Working directory, not shared with other instances. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Node.js flags. */
  readonly nodeFlags: readonly string[];
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Rate limits would end the benchmark; all other settings have their defaults. */
const baseSettings = 'rateLimit:\n  enabled: false\n';

/** Settings in the environment of the benchmark, to measure with another value. */
const settingsOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('ROLLCALL_')));

/** Secrets for the instances on one database. */
export const newSecrets = (): Readonly<Record<string, string>> => ({
  ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  ROLLCALL_PASSWORD_PEPPER: randomBytes(32).toString('hex'),
});

/** Starts the built service on free ports, with a copy of config/. */
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
  const { url, metrics } = child.output as { url: string; metrics: string };
  return { url, metricsUrl: metrics, configure, stop: () => child.stop(), signal: (name) => child.signal(name) };
};
