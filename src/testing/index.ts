/** `rollcall/testing`: the service in the process of a test. */
import type { Rollcall, RollcallOptions } from './types.js';
import { RunningRollcall } from './running-rollcall.js';
import { TestSchemas } from './test-schema.js';

export type * from './types.js';
export { ConfigError } from '../config/issue.js';

const schemas = new TestSchemas();

/**
 * Starts a service on a leased schema and a free port. Several can run at once.
 * @throws {ConfigError} for invalid settings; an error of `scenario-schema` without a usable database
 */
export const startRollcall = (options: RollcallOptions = {}): Promise<Rollcall> =>
  RunningRollcall.start(schemas, options);
