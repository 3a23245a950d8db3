import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportsOf } from './library-state.js';

/** Packages whose internal modules are compared too: steps can load them and change their prototypes. */
const innerModules =
  /node_modules\/((?:koa|@koa\/[^/]+|pg|pg-pool|cookies|knex\/lib\/(?:query|execution)|@cucumber\/cucumber\/lib\/support_code_library_builder\/world)(?:\/.*)?\.js)$/;

/** The module that starts the service when it is imported. */
const isExcluded = (file: string): boolean => file === 'main.ts';

/** Commands load their modules when they run. These are loaded in advance, since loading one may start a thread, but not compared. */
const isOfCommand = (file: string): boolean => file.startsWith('cli');

/** Packages that only commands load. */
const commandPackages: ReadonlySet<string> = new Set(['cli-progress', 'commander']);

/** Hooks that are registered when the module is imported, and the guards, which compare the others. */
const isOfRun = (file: string): boolean => file === 'hooks.ts' || file.startsWith('guards');

/**
 * Loads the modules of the service and those that support the steps, and finds the packages that they have loaded.
 * @param root the directory of the project
 * @returns exports by path or package name
 */
export const loadModules = async (root: string): Promise<Map<string, Readonly<Record<string, unknown>>>> => {
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [folder, isLeftOut] of [['src', isExcluded] as const, ['features/support', isOfRun] as const]) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.d.ts') || isLeftOut(file)) continue;
      const url = pathToFileURL(join(root, folder, file)).href;
      const loaded = (await import(url)) as Record<string, unknown>;
      if (folder !== 'src' || !isOfCommand(file)) modules.set(`${folder}/${file}`, loaded);
    }
  }
  const require = createRequire(join(root, 'package.json'));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const loaded = require.cache[resolveOrEmpty(require, name)];
    // The object itself, so that its exports cannot be replaced either.
    if (loaded !== undefined) modules.set(name, { [name]: loaded.exports as unknown, [`${name}:module`]: loaded });
    // The exports of an ES module are constant, but its classes are not.
    else if (!commandPackages.has(name)) modules.set(name, (await import(name)) as Record<string, unknown>);
  }
  for (const [path, module] of Object.entries(require.cache)) {
    const name = innerModules.exec(path)?.[1];
    if (name !== undefined) modules.set(name, { [name]: module?.exports as unknown });
  }
  const { RollcallWorld } = await import('../../world.js');
  modules.set('@cucumber/cucumber', { World: Object.getPrototypeOf(RollcallWorld) as unknown });
  return modules;
};

/** Packages that only the runner loads, or that are too large to compare. */
const otherPackages =
  /node_modules\/(?:lodash|@cucumber|tsx|esbuild|playwright-core|semver|regexp-tree|class-transformer|@opentelemetry|assertion-error-formatter|diff|cli-table3|commander|mkdirp)\//;

/** The exports of the internal modules of packages that are loaded, and that `require` gives to steps, by path. */
export const loadedModules = (root: string): Map<string, unknown> => {
  const { cache } = createRequire(join(root, 'package.json'));
  return new Map(
    Object.entries(cache)
      .filter(([path]) => path.includes('node_modules') && !otherPackages.test(path))
      .map(([path, module]) => [path.replace(/^.*node_modules\//, ''), exportsOf(module)]),
  );
};

const resolveOrEmpty = (require: NodeJS.Require, name: string): string => {
  try {
    return require.resolve(name);
  } catch {
    // A package without an entry for `require`.
    return '';
  }
};
