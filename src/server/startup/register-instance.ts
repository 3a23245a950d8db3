import { hostname } from 'node:os';
import { newId } from '../../models/base-model.js';
import type { Services } from '../../services.js';

/** Registers this process as one of the instances on its database. */
export const registerInstance = async ({ instances, config, build }: Services, pid: number): Promise<void> => {
  const status = (): { revision: number | null; hash: string } => config.status;
  await instances.register({ id: newId(), hostname: hostname(), pid, version: build.version, status });
};
