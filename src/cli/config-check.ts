import { resolve } from 'node:path';
import { checkDirectory } from '../config/check.js';
import { describeFault } from '../config/fault.js';
import { configDirectory } from '../server/foundation.js';
import { exitCodes, type Host } from '../server/host.js';

/** `rollcall config check [directory]`: exit 0 for a sound configuration, 1 with a line for each fault. */
export const configCheck = (host: Host, directory?: string): number => {
  const folder = directory === undefined ? configDirectory(host) : resolve(host.cwd, directory);
  const nodeEnv = host.env['NODE_ENV'] ?? 'development';
  const faults = checkDirectory({ directory: folder, nodeEnv, env: host.env });
  for (const fault of faults) host.stderr.write(`${describeFault(fault)}\n`);
  if (faults.length > 0) return exitCodes.failed;
  host.stdout.write(`${folder} is sound\n`);
  return exitCodes.ok;
};
