import type { OverrideChange } from '../../../src/config/override-state.js';
import type { ConfigOptions } from '../../../src/config/types.js';
import { login, open, openInstance, storeOver } from '../revisions/support.js';

/** A change of `rateLimit.login.points`. */
export const points = (value: number, options: Partial<OverrideChange> = {}): OverrideChange => ({
  ...{ changes: { 'rateLimit.login.points': value }, reason: null, confirmWithinMs: null, expiresInMs: null },
  ...{ maxErrorRatio: null, ...options },
});

/** An instance with 7 points in its files, after its start. */
export const openOn = async (url: string, options: Partial<ConfigOptions> = {}) => {
  const instance = openInstance({ 'local.yaml': login(7) }, { times: { numberingMs: 500, quietMs: 1 }, ...options });
  instance.config.useRevisionStore(storeOver(open(url)));
  await instance.config.ensureNumbered(10_000);
  return instance;
};
