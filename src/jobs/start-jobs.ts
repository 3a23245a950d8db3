import type { Services } from '../services.js';
import { startCleanup } from './cleanup.js';
import { startRevisionPolling } from './config-revisions.js';
import { startMailDelivery } from './mail/start.js';
import { startSigningKeyCleanup } from './signing-key-cleanup.js';
import { startSigningKeyRotation } from './signing-key-rotation.js';
import { startStatistics } from './statistics.js';

/** A background job that runs. */
export interface RunningJob {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts all background jobs.
 * @param options.isProduction whether to warn about a mail transport that only writes files
 */
export const startJobs = (services: Services, options: { readonly isProduction: boolean }): readonly RunningJob[] => [
  { name: 'signing key rotation', stop: startSigningKeyRotation(services) },
  { name: 'signing key cleanup', stop: startSigningKeyCleanup(services) },
  { name: 'configuration revisions', stop: startRevisionPolling(services) },
  { name: 'cleanup', stop: startCleanup(services) },
  { name: 'statistics', stop: startStatistics(services) },
  { name: 'mail', stop: startMailDelivery(services, options) },
];
