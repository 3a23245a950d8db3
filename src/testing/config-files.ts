import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { ConfigError, type ConfigIssue } from '../config/issue.js';
import { settings } from '../config/schema/schema.js';
import { isTree, sectionOf, type Tree } from './config-tree.js';
import type { ConfigEditor, ConfigValues } from './types.js';

/** Sets values in a tree; dots in a name separate sections. */
const merge = (tree: Tree, values: ConfigValues): Tree => {
  for (const [key, value] of Object.entries(values)) {
    const { section, name } = sectionOf(tree, key);
    const before = section[name];
    section[name] = isTree(value) ? merge(isTree(before) ? before : {}, value) : value;
  }
  return tree;
};

/** The highest value of `rateLimit.<policy>.points`. */
const noLimit = 10_000_000;

/** Settings below those of the test. */
const baseValues = (limits: boolean): Tree => {
  const policies = [...settings.keys()].filter((key) => /^rateLimit\.\w+\.points$/.test(key));
  return merge(
    { server: { port: 0 }, metrics: { port: 0 }, password: { bcryptCost: 10 }, mail: { pollInterval: '100ms' } },
    limits ? {} : Object.fromEntries(policies.map((key) => [key, noLimit])),
  );
};

/** An error without files and lines: a test has given the values, and the files are not those of its user. */
export const withoutFiles = (issues: readonly ConfigIssue[]): ConfigError =>
  new ConfigError(
    issues.map(({ key, code, message, suggestion }) => ({
      ...{ key, file: null, code, message },
      ...(suggestion !== undefined && { suggestion }),
    })),
  );

/** The configuration directory of one service. JSON is valid YAML. */
export class ConfigFiles implements ConfigEditor {
  readonly directory: string;
  #values: Tree = {};
  #config: Config | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param folder the folder of the service */
  constructor(folder: string, initial: ConfigValues, limits: boolean) {
    this.directory = join(folder, 'config');
    mkdirSync(this.directory);
    this.#write('default.yaml', baseValues(limits));
    this.#writeLocal(merge({}, initial));
  }

  /** Sets the configuration that reads the files. */
  use(config: Config): void {
    this.#config = config;
  }

  set(key: string, value: unknown): Promise<void> {
    return this.setAll({ [key]: value });
  }

  /** One change at a time, since a rejected one restores the file. */
  setAll(values: ConfigValues): Promise<void> {
    const change = this.#last.then(() => this.#change(values));
    this.#last = change.catch(() => undefined);
    return change;
  }

  async #change(values: ConfigValues): Promise<void> {
    const config = this.#config;
    if (config === undefined) throw new Error('the service has not started');
    const before = this.#values;
    this.#writeLocal(merge(structuredClone(before), values));
    const { outcome, errors, pendingRestart } = await config.reload('admin');
    if (outcome !== 'refused' && pendingRestart.length === 0) return;
    this.#writeLocal(before);
    await config.reload('admin');
    if (outcome === 'refused') throw withoutFiles(errors);
    throw new ConfigError(
      pendingRestart.map((key) => ({
        ...{ key, file: null, code: 'needs_restart' as const },
        message: 'takes effect at a restart; pass it to startRollcall({ config })',
      })),
    );
  }

  #writeLocal(values: Tree): void {
    this.#values = values;
    if (Object.keys(values).length > 0) this.#write('local.yaml', values);
    else rmSync(join(this.directory, 'local.yaml'), { force: true });
  }

  #write(name: string, values: Tree): void {
    writeFileSync(join(this.directory, name), `${JSON.stringify(values, null, 2)}\n`);
  }
}
