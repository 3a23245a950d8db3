import { describe, expect, it } from 'vitest';
import { openConfig } from '../support.js';

const env = { ROLLCALL_API_V2_ENABLED: 'false', ROLLCALL_LOGGING_LEVEL: 'debug' };
const v2 = { key: 'api.v2Enabled', variable: 'ROLLCALL_API_V2_ENABLED' };

const warnings = (lines: ReturnType<typeof openConfig>['lines']): string[] =>
  lines.filter(({ level, msg }) => level === 'warn' && msg.startsWith('no effect')).map(({ msg }) => msg);

describe('an edit of a key that the environment sets', () => {
  it('is reported by every reload and in the log while it is in the file', async () => {
    const { config, write, lines } = openConfig({}, { env });
    write('local.yaml', 'api: {v2Enabled: true}\n');
    expect(await config.reload('watch')).toMatchObject({ outcome: 'applied', changed: [], noEffect: [v2] });
    write('local.yaml', 'api: {v2Enabled: true}\ndocs: {enabled: false}\n');
    expect(await config.reload('watch')).toMatchObject({ changed: ['docs.enabled'], noEffect: [v2] });
    expect(warnings(lines)).toEqual(Array(2).fill('no effect: api.v2Enabled is set by ROLLCALL_API_V2_ENABLED'));
    write('local.yaml', 'docs: {enabled: false}\n');
    expect(await config.reload('watch')).toMatchObject({ noEffect: [] });
    expect(warnings(lines)).toHaveLength(2);
  });

  it('is reported for default.yaml only when it was edited there, since that file lists every key', async () => {
    const { config, write } = openConfig({ 'default.yaml': 'logging: {level: info}\n' }, { env });
    write('local.yaml', 'docs: {enabled: false}\n');
    expect(await config.reload('watch')).toMatchObject({ outcome: 'applied', noEffect: [] });
    write('default.yaml', 'logging: {level: warn}\n');
    const variable = 'ROLLCALL_LOGGING_LEVEL';
    expect(await config.reload('watch')).toMatchObject({ noEffect: [{ key: 'logging.level', variable }] });
  });

  it('is not reported if the file has the same value', async () => {
    const { config, write } = openConfig({}, { env });
    write('local.yaml', 'api: {v2Enabled: false}\n');
    expect(await config.reload('watch')).toMatchObject({ noEffect: [] });
  });
});
