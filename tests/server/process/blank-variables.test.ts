import { afterEach, describe, expect, it } from 'vitest';
import { removeBlankVariables } from '../../../src/server/process/blank-variables.js';
import { Workplace } from '../../cli/support.js';
import { discard, makeFolder, startService, type Service } from '../../support/service.js';

const places: Workplace[] = [];
const services: Service[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) place.remove();
  await Promise.all(services.splice(0).map(discard));
});

const workplace = (env: Record<string, string>): Workplace => {
  const place = new Workplace('', env);
  places.push(place);
  return place;
};

describe('blank environment variables', () => {
  it('are removed, except passwords that consist of white space', () => {
    const env = { NODE_ENV: '', HOST: ' ', PGPASSWORD: '  ', A_PASSWORD: '', PORT: '0' };
    expect(removeBlankVariables(env)).toBe(env);
    expect(env).toEqual({ PGPASSWORD: '  ', PORT: '0' });
  });

  it('count as not set for the process', { timeout: 60_000 }, async () => {
    const names = ['NODE_ENV', 'ROLLCALL_CONFIG_DIR', 'HOST', 'PORT', 'DATABASE_URL', 'ROLLCALL_METRICS_PORT'];
    const env = Object.fromEntries(names.map((name) => [name, '']));
    const check = startService(makeFolder(), { env, argv: ['config', 'check'] });
    services.push(check);
    expect(await check.exited, check.err()).toBe(0);
    expect(check.out()).toContain('/config: configuration OK');
    expect(check.err()).toBe('');
  });
});

describe('the environment of a command', () => {
  it('triggers warnings about a misspelled NODE_ENV and about Kubernetes service links', async () => {
    const place = workplace({ NODE_ENV: 'prod', ROLLCALL_METRICS_PORT: 'tcp://10.43.0.7:9464' });
    const { exitCode, stderr } = await place.run(['config', 'check']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^NODE_ENV is prod, .*; did you mean production\?$/m);
    expect(stderr).toMatch(/ROLLCALL_METRICS_PORT; set enableServiceLinks: false/);
  });

  it.each([[['serve']], [['config', 'show']], [['migrate', 'up']]])(
    'names a configuration directory that does not exist: rollcall %j',
    async (argv) => {
      const { exitCode, stderr } = await workplace({ ROLLCALL_CONFIG_DIR: '/nope' }).run(argv);
      expect(exitCode).toBe(2);
      const lines = stderr.trim().split('\n');
      expect(lines.pop()).toContain('/nope/default.yaml: no such file; ROLLCALL_CONFIG_DIR sets');
      // Commands that query the service first report that it is not running.
      expect(lines.filter((line) => !line.startsWith('the service is not reachable'))).toEqual([]);
    },
  );
});
