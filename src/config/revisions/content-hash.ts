import { createHash, createHmac } from 'node:crypto';
import { compose } from '../reload/compose.js';
import { settingsIn } from '../schema/schema.js';

/**
 * Names the content of a configuration: equal for every instance on the same files, whatever their environment, and
 * unchanged by comments, order and layout. Secrets enter under the encryption key, so that the hash, which is public,
 * cannot be used to guess them.
 * @param layers values of the files, weakest first, and of the mounted secrets
 * @param encryptionKey `auth.keys.encryptionKey` in force
 * @returns 16 hexadecimal digits
 */
export const contentHash = (layers: readonly ReadonlyMap<string, unknown>[], encryptionKey: string): string => {
  const values = compose(layers);
  const content = settingsIn(values).map(([key, entry]) => {
    const stated = layers.some((layer) => layer.has(key));
    // A default of the machine (its cores) is not content: instances on unlike machines share their files.
    if (!stated && typeof entry.options.default === 'function') return [key];
    const value = values.get(key);
    // An empty list of secrets tells as little as none: its hash must not depend on the encryption key.
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (entry.options.secret !== true || isEmpty) return [key, entry.format.show(value)];
    return [
      key,
      createHmac('sha256', encryptionKey)
        .update(JSON.stringify([key, value]))
        .digest('hex'),
    ];
  });
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
};
