import { openApiDocument } from '../src/contract/openapi/document.js';
import { allEndpoints } from '../src/routes/index.js';
import { readBuildInfo } from '../src/server/startup/build-info.js';

/** Prints the OpenAPI document, as returned by /openapi.json. */
const { version } = readBuildInfo(process.version);
process.stdout.write(`${JSON.stringify(openApiDocument(allEndpoints(), version), null, 2)}\n`);
