import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { Config } from '../../../src/config/config.js';
import type { PoolSettings } from '../../../src/database/reconfiguration.js';
import { createLogger } from '../../../src/observability/logger.js';
import { poolSettings } from '../../../src/server/live-settings/connections.js';

/** The configuration that every scenario begins with. */
export class BaseConfig {
  private constructor(
    private readonly directory: string,
    private readonly files: ReadonlyMap<string, string>,
  ) {}

  /** The configuration of the tests, behind one trusted proxy, so that a scenario can set the IP address of a client. */
  static create(root: string, directory: string): BaseConfig {
    const test = (parse(readFileSync(join(root, 'config', 'test.yaml'), 'utf8')) ?? {}) as { server?: object };
    const base = new BaseConfig(
      directory,
      new Map([
        // Without its comments, because every scenario copies and reads it.
        ['default.yaml', stringify(parse(readFileSync(join(root, 'config', 'default.yaml'), 'utf8')))],
        ['test.yaml', stringify({ ...test, server: { ...test.server, trustedProxyHops: 1 } })],
      ]),
    );
    base.copyTo(directory);
    return base;
  }

  /** The settings of the pools that schemas keep. */
  poolSettings(): PoolSettings {
    const log = createLogger('silent');
    const dataDir = join(this.directory, 'data');
    return poolSettings(Config.open({ directory: this.directory, nodeEnv: 'test', env: {}, log, dataDir }).current);
  }

  /** Writes the files to the directory of a scenario. */
  copyTo(directory: string): void {
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of this.files) writeFileSync(join(directory, name), text);
  }

  /**
   * Restores the base directory. Scenarios have copies, so a change of it cannot affect them.
   * @returns problems
   */
  restore(): string[] {
    const problems: string[] = [];
    const report = (what: string): void => {
      problems.push(
        `it left behind ${what} ${this.directory}. It was restored. Change the configuration with this.operator instead.`,
      );
    };
    mkdirSync(this.directory, { recursive: true });
    for (const name of readdirSync(this.directory)) {
      if (this.files.has(name) || name === 'data') continue;
      rmSync(join(this.directory, name), { recursive: true });
      report(`the file ${name} in`);
    }
    for (const [name, text] of this.files) {
      let current: string | undefined;
      try {
        current = readFileSync(join(this.directory, name), 'utf8');
      } catch {
        current = undefined;
      }
      if (current === text) continue;
      writeFileSync(join(this.directory, name), text);
      report(`a changed ${name} in`);
    }
    return problems;
  }
}
