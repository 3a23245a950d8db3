import { createLogger } from '../observability/logger.js';
import { layFoundation } from '../server/foundation.js';
import { exitCodes, StartError, type Host } from '../server/host.js';

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * `rollcall config explain <key>`: what a key means, what it may be, what it is and which layer says so.
 * A section, such as `rateLimit.login`, explains every key in it.
 * @throws {StartError} for a key that does not exist
 */
export const configExplain = async (host: Host, key: string): Promise<number> => {
  const { config } = layFoundation(host, createLogger('silent'));
  const entries = config.explain(key);
  await config.close();
  if (entries.length === 0) throw new StartError(`there is no key ${key}; docs/configuration.md lists them all`);
  for (const entry of entries) {
    const facts: readonly (readonly [string, string | undefined])[] = [
      ['value', shown(entry.value)],
      ['source', entry.source],
      ['pending', entry.pending === undefined ? undefined : `${shown(entry.pending)} (after a restart)`],
      ['default', shown(entry.default)],
      ['range', entry.range],
      ['class', entry.class],
      ['environment', entry.env],
    ];
    host.stdout.write(`${entry.key}: ${entry.description}\n`);
    for (const [name, fact] of facts) if (fact !== undefined) host.stdout.write(`  ${name.padEnd(12)}${fact}\n`);
  }
  return exitCodes.ok;
};
