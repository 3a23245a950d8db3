import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Packages whose internal modules are compared too: steps can load them and change their prototypes. */
const innerModules =
  /node_modules\/((?:koa|@koa\/[^/]+|pg|pg-pool|cookies|knex\/lib\/(?:query|execution)|@cucumber\/cucumber\/lib\/support_code_library_builder\/world)(?:\/.*)?\.js)$/;

/** Modules that start something when they are imported, and commands, which scenarios run as processes. */
const isExcluded = (file: string): boolean => file === 'main.ts' || file.startsWith('cli');

/**
 * Loads the modules of the service, and the packages that it uses and that are loaded.
 * @param root the directory of the project
 * @returns exports by path or package name
 */
export const loadModules = async (root: string): Promise<Map<string, Readonly<Record<string, unknown>>>> => {
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.d.ts') || isExcluded(file)) continue;
    const url = pathToFileURL(join(root, 'src', file)).href;
    modules.set(`src/${file}`, (await import(url)) as Record<string, unknown>);
  }
  const require = createRequire(join(root, 'package.json'));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    try {
      const loaded = require.cache[require.resolve(name)];
      // The object itself, so that its exports cannot be replaced either.
      if (loaded !== undefined) modules.set(name, { [name]: loaded.exports as unknown, [`${name}:module`]: loaded });
    } catch {
      // A package without an entry for `require` cannot be changed by a step either: its exports are constant.
    }
  }
  for (const [path, module] of Object.entries(require.cache)) {
    const name = innerModules.exec(path)?.[1];
    if (name !== undefined) modules.set(name, { [name]: module?.exports as unknown });
  }
  const { RollcallWorld } = await import('../world.js');
  modules.set('features/support/world.ts', { RollcallWorld, World: Object.getPrototypeOf(RollcallWorld) as unknown });
  return modules;
};
