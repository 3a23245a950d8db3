/**
 * `npm run pack [-- folder]`: builds the packages in packages/ and the service, and packs them as they are published, into reports/packages
 * or the given folder. Fails if a tarball is not complete.
 */
import { packPackages } from './packages/pack.js';
import { packService } from './packages/pack-service.js';

const destination = process.argv[2] ?? 'reports/packages';
for (const tarball of [...packPackages(destination), packService(destination)]) console.log(tarball);
