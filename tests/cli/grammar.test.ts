import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeList, type ListPart } from '../../src/cli/list.js';
import { CommandError } from '../../src/server/process/environment.js';
import { Workplace } from './support.js';

let place: Workplace;
beforeAll(() => {
  place = new Workplace('postgres://nobody@127.0.0.1:1/nowhere');
});
afterAll(() => {
  place.remove();
});

describe('rollcall help', () => {
  it.each<[string[], string]>([
    [[], 'Usage: rollcall [options] [command]'],
    [['config', 'diff'], 'Usage: rollcall config diff'],
    [['users', 'import'], 'Usage: rollcall users import'],
    [['completion'], 'Usage: rollcall completion'],
  ])('help %j prints the help of that command', async (names, usage) => {
    const { exitCode, stdout, stderr } = await place.run(['help', ...names]);
    expect([exitCode, stdout.startsWith(usage), stderr]).toEqual([0, true, '']);
  });

  it('documents the exit codes', async () => {
    const { stdout } = await place.run(['--help']);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {2}.*\n {2}1 {2}[^]*\n {2}2 {2}[^]*\n {2}3 {2}/);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('config check, diff, reload and rollback: the configuration is invalid');
    expect(text).toContain('login, logout and the config commands that call the API: incorrect usage');
  });

  it.each<[string[], string]>([
    [['help', 'config', 'dif'], "unknown command 'dif'; did you mean diff?"],
    [['usrs'], "unknown command 'usrs'; did you mean users?"],
    [['users', 'lst'], "unknown command 'lst'; did you mean list?"],
    [['users', 'show'], "missing required argument 'user'"],
    [['users', 'list', '--jsn'], "unknown option '--jsn'; did you mean --json?"],
    [['help', 'xyzzyx'], "unknown command 'xyzzyx'"],
    [['completion', 'tcsh'], "unknown shell 'tcsh'; use bash, zsh or fish"],
  ])('%j prints one line: %s', async (argv, line) => {
    expect(await place.run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: `rollcall: ${line}\n` });
  });
});

describe('--json', () => {
  it('prints an error as a document, including a usage error', async () => {
    const { exitCode, stdout, stderr } = await place.run(['users', 'show', '--json']);
    const message = "missing required argument 'user'";
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'usage', message } });
    expect([exitCode, stderr]).toEqual([1, `rollcall: ${message}\n`]);
  });

  it('prints one document when an error interrupts a list', async () => {
    let stdout = '';
    const environment = place.host([], { stdout: { write: (text) => (stdout += text) } });
    const layout = { titles: ['N'], cells: (n: number) => [String(n)], toJson: (n: number) => ({ n }), empty: '' };
    const parts = async function* (): AsyncGenerator<ListPart<number>> {
      yield { rows: [1, 2], nextCursor: null };
      await Promise.reject(new CommandError('the connection was lost', undefined, { code: 'database_error' }));
    };
    await expect(writeList(environment, true, layout, parts())).rejects.toThrow('incomplete');
    expect(JSON.parse(stdout)).toEqual({
      data: [{ n: 1 }, { n: 2 }],
      error: { code: 'database_error', message: 'the connection was lost' },
    });
  });

  it('ends a list when the reader closes the pipe', async () => {
    let writes = 0;
    const stdout = {
      write: () => (writes += 1),
      get writable() {
        return writes === 0;
      },
    };
    const layout = { titles: ['N'], cells: (n: number) => [String(n)], toJson: (n: number) => n, empty: '' };
    let read = 0;
    const parts = async function* (): AsyncGenerator<ListPart<number>> {
      for (;;) yield await Promise.resolve({ rows: [(read += 1)], nextCursor: null });
    };
    await writeList(place.host([], { stdout }), false, layout, parts());
    expect(read).toBe(1);
  });
});

describe('rollcall completion', () => {
  /** The completions of bash for the last of these words. */
  const offered = (script: string, words: readonly string[]): string[] => {
    const program = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rollcall; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', program, 'bash', 'rollcall', ...words], {
      cwd: place.directory,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  };

  it('completes commands, options, values and files in bash', async () => {
    const { exitCode, stdout } = await place.run(['completion', 'bash']);
    expect(exitCode).toBe(0);
    place.write('people.csv', '');
    expect(offered(stdout, ['us'])).toEqual(['users']);
    expect(offered(stdout, ['users', 'e'])).toEqual(['erase', 'export']);
    expect(offered(stdout, ['users', 'list', '--sta'])).toEqual(['--status']);
    expect(offered(stdout, ['users', 'list', '--status', ''])).toEqual(['active', 'blocked', 'deleted']);
    expect(offered(stdout, ['users', 'list', '--status', 'active', '--lim'])).toEqual(['--limit']);
    expect(offered(stdout, ['help', 'config', 'd'])).toEqual(['diff']);
    expect(offered(stdout, ['completion', ''])).toEqual(['bash', 'zsh', 'fish']);
    expect(offered(stdout, ['users', 'import', 'peo'])).toEqual(['people.csv']);
  });

  it.each(['zsh', 'fish'])('completes every command in %s', async (shell) => {
    const { stdout } = await place.run(['completion', shell]);
    for (const name of ['config', 'users', 'erase', 'send-test', 'created-after']) expect(stdout).toContain(name);
  });
});

describe('rollcall mail send-test', () => {
  it('sends through the configured transport, and prints the destination', async () => {
    const outbox = mkdtempSync(join(tmpdir(), 'rollcall-outbox-'));
    const local = new Workplace('postgres://nobody@127.0.0.1:1/nowhere', { ROLLCALL_MAIL_OUTBOX_DIR: outbox });
    const { exitCode, stdout } = await local.run(['mail', 'send-test', 'ada@example.org']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^test email to ada@example\.org written to .*/)]);
    const [file = ''] = readdirSync(outbox).filter((name) => name.endsWith('.json'));
    expect(JSON.parse(readFileSync(join(outbox, file), 'utf8'))).toMatchObject({
      ...{ to: 'ada@example.org', subject: 'Rollcall test email' },
    });
    expect((await local.run(['mail', 'send-test', 'nobody'])).stderr).toMatch(/^rollcall: the address must be .*\n$/);
    local.remove();
    rmSync(outbox, { recursive: true });
  });

  it('reports in one line why the mail server is unreachable', async () => {
    const local = new Workplace('postgres://nobody@127.0.0.1:1/nowhere', {
      ROLLCALL_MAIL_TRANSPORT: 'smtp',
      ROLLCALL_MAIL_SMTP_HOST: '127.0.0.1',
      ROLLCALL_MAIL_SMTP_PORT: '1',
      ROLLCALL_SERVER_PUBLIC_URL: 'https://accounts.example.org',
    });
    const { exitCode, stdout, stderr } = await local.run(['mail', 'send-test', 'ada@example.org', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'mail_failed', details: { reason: 'unreachable' } } });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^rollcall: cannot send mail: .*ECONNREFUSED.*\n$/)]);
    local.remove();
  });
});
