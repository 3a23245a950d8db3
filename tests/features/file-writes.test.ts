import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileWrites } from '../../features/support/guards/files/file-writes.js';

describe('files of a project', () => {
  let project: string;
  let files: FileWrites;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'rollcall-project-'));
    mkdirSync(join(project, 'docker'));
    for (const name of ['docker/kept', 'file']) {
      writeFileSync(join(project, name), 'a');
      // The mode that a file is created with depends on the umask.
      chmodSync(join(project, name), 0o644);
    }
    utimesSync(join(project, 'file'), 1_000, 1_000);
    files = new FileWrites(project, []);
    files.install();
    files.begin();
  });
  afterEach(() => {
    files.uninstall();
    rmSync(project, { recursive: true });
  });

  const step = (body: string): unknown => {
    const call = runInThisContext(`(fs, project) => { ${body} }`, { filename: `${project}/features/steps/x.ts` }) as (
      ...values: unknown[]
    ) => unknown;
    return call(fs, project);
  };
  const leaks = (): string[] => files.end().map(({ what }) => what);

  it.each([
    ['a URL', `fs.writeFileSync(new URL('file://' + project + '/added'), '')`],
    ['bytes', `fs.writeFileSync(Buffer.from(project + '/added'), '')`],
    ['numeric flags', `fs.closeSync(fs.openSync(project + '/added', fs.constants.O_CREAT | fs.constants.O_WRONLY))`],
    ['missing parents', `fs.mkdirSync(project + '/added/b/c', { recursive: true })`],
  ])('that a step creates with %s are removed', (_, body) => {
    step(body);
    expect(leaks()).toEqual(['the file added']);
    expect(readdirSync(project).sort()).toEqual(['docker', 'file']);
  });

  it('are found outside of the project and of the temporary folder', () => {
    const name = `/var/tmp/rollcall-${String(process.pid)}`;
    step(`fs.writeFileSync('${name}', '')`);
    expect(leaks()).toEqual([`the file ${name}`]);
    expect(existsSync(name)).toBe(false);
  });

  it.each([
    ['chmodSync', `fs.chmodSync(project + '/file', 0o600)`],
    ['fchmodSync', `const fd = fs.openSync(project + '/file'); fs.fchmodSync(fd, 0o600); fs.closeSync(fd)`],
    ['utimesSync', `fs.utimesSync(project + '/file', 1, 1)`],
  ])('get their permissions and times back after %s', (_, body) => {
    const { mode, mtimeMs } = statSync(join(project, 'file'));
    step(body);
    expect(leaks()).toEqual(['changed permissions, owner or timestamps of file']);
    expect(statSync(join(project, 'file'))).toMatchObject({ mode, mtimeMs });
  });

  it('are not removed with their directory', () => {
    expect(() => step(`fs.rmSync(project + '/docker', { recursive: true })`)).toThrow(
      /a step removes the directory docker at features\/steps\/x\.ts:1, which cannot be undone/,
    );
    expect(() => step(`fs.rmSync(project, { recursive: true })`)).toThrow(/cannot be undone/);
    step(`fs.mkdirSync(project + '/own'); fs.rmSync(project + '/own', { recursive: true })`);
    expect(leaks()).toEqual([]);
  });
});
