/**
 * `npx tsx scripts/config-proof.ts`: exits 1 with a sentence for each key of the configuration that no scenario proves,
 * and for each proof that is none. A scenario proves a key when it carries the tag `@proves:<key>` and the service has
 * taken up a change of that key while the scenario ran; the tag of an outline may hold its placeholders.
 */
import { fileURLToPath } from 'node:url';
import { faultsOf } from './config-proof/faults.js';
import { readFeatures } from './config-proof/read.js';
import { gatherReached } from './features-index/gather.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const faults = faultsOf(readFeatures(root), await gatherReached(root));
for (const fault of faults) console.error(`config-proof: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
