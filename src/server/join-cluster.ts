import { hostname } from 'node:os';
import { newId } from '../models/base-model.js';
import type { Services } from '../services.js';

/** Makes this process one of the instances on its database, until it leaves. */
export const joinCluster = async ({ cluster, config, build }: Services, pid: number): Promise<void> => {
  const status = (): { revision: number | null; hash: string } => config.status;
  await cluster.join({ id: newId(), hostname: hostname(), pid, version: build.version, status });
};
