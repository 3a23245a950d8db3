import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { events } from '../../src/observability/events.js';

const folders = ['../../src', '../../packages/embedded-postgres-server/src'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

const namesLogged = folders
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bevent: '([a-z_]+\.[a-z_]+)'/g)])
  .map(([, name = '']) => name);

describe('the events of the log', () => {
  it('have names in one format', () => {
    for (const name of Object.keys(events)) expect(name).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
  });

  it('have different meanings, each in one sentence', () => {
    const meanings = Object.values(events);
    expect(new Set(meanings).size).toBe(meanings.length);
    for (const meaning of meanings) expect(meaning).toMatch(/^[A-Z].+\.$/);
  });

  it('are each logged in exactly one place', () => {
    expect(namesLogged.toSorted()).toEqual(Object.keys(events).toSorted());
  });
});
