import type { EnvironmentPlan } from './environment.js';
import { ConfigError } from '../issue.js';
import type { DiskSources } from './disk-state.js';

/**
 * The files of a configuration, weakest first: default.yaml, the one of the environment, local.yaml.
 * @param nodeEnv `NODE_ENV`, which names a file, so it must be a plain word
 * @throws {ConfigError} out_of_range
 */
export const layerNames = (nodeEnv: string): readonly string[] => {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(nodeEnv) && !/^(default|local)$/i.test(nodeEnv)) {
    return ['default.yaml', `${nodeEnv}.yaml`, 'local.yaml'];
  }
  const message = 'expected a plain word such as production, development or test, and neither default nor local';
  throw new ConfigError([{ key: null, file: 'NODE_ENV', code: 'out_of_range', message }]);
};

/** Everything on disk that a configuration is read from. */
export const diskSources = (directory: string, nodeEnv: string, plan: EnvironmentPlan): DiskSources => ({
  directory,
  layers: layerNames(nodeEnv),
  mounts: plan.bindings.filter(({ how }) => how === 'mount').map(({ content }) => content),
});
