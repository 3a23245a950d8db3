import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

const packages = ['scenario-schema', 'embedded-postgres-server'].map((name) => {
  const folder = new URL(`../../${name}/`, import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Manifest;
  const entries = Object.entries(manifest.exports).filter(([entry]) => entry !== './package.json');
  return { name, folder, entries };
});

/** Vitest itself is an ES module only, which Node.js can require. */
const esModulesOnly = ['./vitest'];

describe.each(packages)('$name', ({ folder, entries }) => {
  it.each(entries)('has code and types of %s for import and for require', (entry, conditions) => {
    const name = entry === '.' ? 'index' : entry.slice(2);
    expect(existsSync(new URL(`src/${name}.ts`, folder))).toBe(true);
    expect(conditions).toEqual({
      import: { types: `./src/${name}.d.ts`, default: `./src/${name}.js` },
      require: {
        // Types of the same folder for all entries: a class with private members is not assignable to its copy.
        types: `./cjs/${name}.d.ts`,
        default: esModulesOnly.includes(entry) ? `./src/${name}.js` : `./cjs/${name}.js`,
      },
    });
  });

  it('is compiled to CommonJS', () => {
    expect(existsSync(new URL('tsconfig.cjs.json', folder))).toBe(true);
  });
});
