import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { originalEntries, originalFiles, useGuardedProject } from './guarded-project.js';

const project = useGuardedProject();

describe('a directory that a step renames', () => {
  const rename = (from: string, to: string): string => `fs.renameSync(at('${from}'), at('${to}'));`;
  const command = (from: string, to: string): string => `child.execSync('mv ${from} ${to}', { cwd: directory });`;
  const moved = (to: string, from = 'docker'): string => `the directory ${from}, which was renamed to ${to}`;

  it.each([
    ['as the only change', rename('docker', 'moved'), [moved('moved')]],
    ['with fs.promises', `await fs.promises.rename(at('docker'), at('moved'))`, [moved('moved')]],
    [
      'with a callback',
      `await new Promise((resolve) => fs.rename(at('docker'), at('moved'), resolve))`,
      [moved('moved')],
    ],
    [
      'and creates again',
      `${rename('docker', 'moved')} fs.mkdirSync(at('docker')); fs.writeFileSync(at('docker/new'), 'b');`,
      [moved('moved'), 'the file docker'],
    ],
    ['twice', rename('docker', 'x') + rename('x', 'y'), [moved('y')]],
    ['to an ignored directory', rename('docker', 'own/docker'), [moved('own/docker')]],
    [
      'to an ignored directory, and there again',
      rename('docker', 'own/x') + rename('own/x', 'own/y'),
      [moved('own/y')],
    ],
    ['to an empty directory', `fs.mkdirSync(at('x')); ${rename('docker', 'x')}`, [moved('x')]],
    [
      'into a directory that it creates, and renames that',
      `fs.mkdirSync(at('x')); ${rename('docker', 'x/docker')} ${rename('x', 'y')}`,
      [moved('y/docker')],
    ],
    [
      'and replaces with another one',
      rename('docker', 'x') + rename('docs', 'docker') + rename('x', 'docs'),
      [moved('docs'), moved('docker', 'docs')],
    ],
    [
      'after a change of a file in it',
      `fs.writeFileSync(at('docker/kept'), 'b'); ${rename('docker', 'moved')}`,
      [moved('moved'), 'the changed file docker/kept'],
    ],
    [
      'before a change of a file in it',
      `${rename('docker', 'moved')} fs.writeFileSync(at('moved/kept'), 'b'); fs.writeFileSync(at('moved/new'), 'b');`,
      [moved('moved'), 'the changed file moved/kept', 'the file moved/new'],
    ],
    [
      'to an ignored directory, and changes there',
      `${rename('docker', 'own/x')} fs.writeFileSync(at('own/x/kept'), 'b');`,
      [moved('own/x'), 'the changed file own/x/kept'],
    ],
    ['with a command', `child.execFileSync('mv', ['docker', 'moved'], { cwd: directory });`, [moved('moved')]],
    [
      'with a command into a directory that it creates',
      `fs.mkdirSync(at('x')); child.execSync('mv docker x', { cwd: directory });`,
      ['the file x', moved('x/docker')],
    ],
    [
      'after a rename that fails',
      `try { ${rename('docker', 'no/x')} } catch {} ${rename('docker', 'y')}`,
      [moved('y')],
    ],
  ])('is moved back: %s', async (_, body, expected) => {
    await project().step(body);
    expect(project().problems()).toEqual(expected);
    expect(project().contents()).toEqual(originalFiles);
    expect(readdirSync(project().root).sort()).toEqual(originalEntries);
  });

  it.each([
    ['by a command, and moves back itself', command('docker', 'x') + rename('x', 'docker'), []],
    ['itself, and moves back by a command', rename('docker', 'x') + command('x', 'docker'), []],
    ['itself, and again by a command', rename('docker', 'x') + command('x', 'y'), [moved('y')]],
    ['by a command, and again itself', command('docker', 'x') + rename('x', 'y'), [moved('y')]],
  ])('is where it was at the start: %s', async (_, body, expected) => {
    await project().step(body);
    expect(project().problems()).toEqual(expected);
    expect(project().contents()).toEqual(originalFiles);
    expect(readdirSync(project().root).sort()).toEqual(originalEntries);
  });

  it('is not lost if a command moves it, and a step creates another one in its place', async () => {
    await project().step(command('docker', 'x') + `fs.mkdirSync(at('docker'));`);
    expect(project().problems()).toEqual([
      expect.stringMatching(
        /^the file x: It could not be removed: it may contain a directory that could not be renamed/,
      ),
    ]);
    expect(project().contents()).toEqual({ 'x/kept': 'a', 'docs/kept': 'a' });
  });

  it('is not taken for a new one that has its inode', async () => {
    mkdirSync(join(project().root, 'empty'));
    project().files.begin();
    // ext4 gives the inode of a removed directory to the next one.
    await project().step(`
      fs.rmdirSync(at('empty')); fs.mkdirSync(at('x')); fs.rmSync(at('x'), { recursive: true }); fs.mkdirSync(at('empty'));
    `);
    expect(project().problems()).toEqual([]);
  });

  it('is also moved back outside of the project', async () => {
    await project().step(rename('docker', 'x') + rename('x', 'y') + `fs.mkdirSync(at('docker'));`, project().outside);
    expect(project().problems()).toEqual([
      moved(`${project().outside}/y`, `${project().outside}/docker`),
      `the file ${project().outside}/docker`,
    ]);
    expect(project().contents(project().outside)).toEqual({ 'docker/kept': 'a' });
  });

  it.each([
    ['as the only change', ''],
    ['with something else in its place', `fs.mkdirSync(at('docker')); fs.rmSync(at('docker'), { recursive: true });`],
    [
      'with a file that it changed and restored',
      `fs.writeFileSync(at('moved/kept'), 'b'); fs.writeFileSync(at('moved/kept'), 'a');`,
    ],
  ])('is no problem if a step moves it back: %s', async (_, body) => {
    await project().step(`${rename('docker', 'moved')} ${body} ${rename('moved', 'docker')}`);
    expect(project().problems()).toEqual([]);
    expect(project().contents()).toEqual(originalFiles);
  });

  it('is restored with its files if a step moves it back', async () => {
    await project().step(
      `${rename('docker', 'moved')} fs.writeFileSync(at('moved/kept'), 'b'); ${rename('moved', 'docker')}`,
    );
    expect(project().problems()).toEqual(['the changed file docker/kept']);
    expect(project().contents()).toEqual(originalFiles);
  });

  it('is not lost with what it was moved to if it cannot be moved back', async () => {
    await project().step(`fs.mkdirSync(at('x')); ${rename('docker', 'x/docker')}`);
    // Not by a step, so it is not removed.
    writeFileSync(join(project().root, 'docker'), '');
    expect(project().problems()).toEqual([
      `${moved('x/docker')}: It could not be restored: ${project().root}/docker exists`,
      expect.stringMatching(/^the file x: It could not be removed: it may contain a directory/),
    ]);
    expect(project().contents()).toEqual({ docker: '', 'x/docker/kept': 'a', 'docs/kept': 'a' });
  });

  it.each([
    ['after a rename', rename('docker', 'x'), 'x'],
    ['in an ignored directory', rename('docker', 'own/x'), 'own/x'],
    ['in a directory that a step has created', `fs.mkdirSync(at('x')); ${rename('docker', 'x/docker')}`, 'x'],
    ['after a command', `child.execSync('mv docker x', { cwd: directory });`, 'x'],
  ])('is not removed: %s', async (_, body, path) => {
    await expect(project().step(`${body} fs.rmSync(at('${path}'), { recursive: true });`)).rejects.toThrow(
      /cannot be undone/,
    );
    project().files.end();
    expect(project().contents()).toEqual(originalFiles);
  });

  it('may be removed if a step has created it', async () => {
    await project().step(`fs.mkdirSync(at('x')); ${rename('x', 'y')} fs.rmSync(at('y'), { recursive: true });`);
    expect(project().problems()).toEqual([]);
  });
});
