/**
 * `npx tsx scripts/config-proof.ts`: checks that a scenario proves every key of the configuration. Exits 1 with one line per error.
 * A scenario proves a key if it has the tag `@proves:<key>` and the service applied a change of that key while it ran. The tag of a
 * scenario outline may contain placeholders.
 */
import { fileURLToPath } from 'node:url';
import { errorsOf } from './config-proof/errors.js';
import { readFeatures } from './config-proof/read.js';
import { gatherReached } from './features-index/gather.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const errors = errorsOf(readFeatures(root), await gatherReached(root));
for (const error of errors) console.error(`config-proof: ${error}`);
process.exitCode = errors.length > 0 ? 1 : 0;
