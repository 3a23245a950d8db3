import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ScenarioResult } from './results.js';

/** Number of results that are kept per scenario. */
const kept = 20;

/** Directories whose files a result depends on. */
const sources = ['src', 'console', 'features', 'config', 'migrations', 'packages'];

/** One result of a scenario. */
interface Entry {
  readonly passed: boolean;
  readonly ms: number;
  /** Identifies the state of the sources. */
  readonly code: string;
}

const nameOf = ({ uri, name, line }: ScenarioResult): string => `${uri}:${String(line)} ${name}`;

/** Identifies the state of the sources by the time and size of their files. */
export const sourcesFingerprint = (root: string): string => {
  const hash = createHash('sha256');
  for (const folder of sources.filter((each) => existsSync(join(root, each)))) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      const { mtimeMs, size } = statSync(join(root, folder, name));
      hash.update(`${folder}/${name} ${String(mtimeMs)} ${String(size)}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
};

/** The last results and durations of each scenario, across runs. */
export class History {
  readonly #entries: Map<string, Entry[]>;

  private constructor(
    private readonly path: string,
    entries: Readonly<Record<string, Entry[]>>,
  ) {
    this.#entries = new Map(Object.entries(entries));
  }

  /** Reads the file; a missing or damaged one is an empty history. */
  static open(path: string): History {
    if (!existsSync(path)) return new History(path, {});
    try {
      return new History(path, JSON.parse(readFileSync(path, 'utf8')) as Record<string, Entry[]>);
    } catch {
      return new History(path, {});
    }
  }

  /** Adds the results of a run. Scenarios that were not run are ignored. */
  add(scenarios: readonly ScenarioResult[], code: string): void {
    for (const scenario of scenarios) {
      if (scenario.status === 'not run') continue;
      const entry = { passed: scenario.status === 'passed', ms: Math.round(scenario.ms), code };
      const name = nameOf(scenario);
      this.#entries.set(name, [...(this.#entries.get(name) ?? []), entry].slice(-kept));
    }
  }

  /** Writes the file. */
  save(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, JSON.stringify(Object.fromEntries(this.#entries)));
  }

  /** The scenarios that both passed and failed with the same sources; empty if there are none. */
  flakyText(scenarios: readonly ScenarioResult[]): string {
    const lines = scenarios.flatMap((scenario) => {
      const entries = this.#entries.get(nameOf(scenario)) ?? [];
      const code = entries.at(-1)?.code;
      const same = entries.filter((entry) => entry.code === code);
      const failed = same.filter(({ passed }) => !passed).length;
      if (scenario.status === 'not run' || failed === 0 || failed === same.length) return [];
      return [
        `  ${scenario.uri}:${String(scenario.line)}  ${scenario.name} (failed in ${String(failed)} of ${String(same.length)} runs)`,
      ];
    });
    return lines.length === 0 ? '' : ['Flaky: different results with the same sources', ...lines].join('\n');
  }
}
