import { planEnvironment, type Environment } from './environment.js';
import { ConfigError, type ConfigFault } from './fault.js';
import { load } from './load.js';
import { takeSnapshot } from './snapshot.js';
import { diskSources } from './sources.js';

/** A configuration to be checked without being put into force. */
export interface CheckOptions {
  readonly directory: string;
  readonly nodeEnv: string;
  readonly env: Environment;
}

const placeholder = '0'.repeat(64);

/**
 * Judges a configuration directory as a start would, but makes no secrets.
 * @returns every fault; none when a start would succeed
 */
export const checkDirectory = ({ directory, nodeEnv, env }: CheckOptions): readonly ConfigFault[] => {
  try {
    const plan = planEnvironment(env);
    const snapshot = takeSnapshot(diskSources(directory, nodeEnv, plan));
    const outcome = load(snapshot, {
      plan,
      production: nodeEnv === 'production',
      required: ['default.yaml'],
      dataDir: '.data',
      secretFor: () => placeholder,
    });
    return outcome.ok ? [] : outcome.faults;
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};
