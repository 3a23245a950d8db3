import type { KeptSchema } from './lease.js';
import { waitForEnd } from './wait-for-end.js';

/** Reports the kept schemas. If the server would stop with this process, waits while the user inspects them. */
export const showKept = async (
  kept: readonly KeptSchema[],
  {
    isOwnServer,
    log,
    wait,
  }: { readonly isOwnServer: boolean; readonly log: (line: string) => void; readonly wait: boolean },
): Promise<void> => {
  if (kept.length === 0) return;
  if (isOwnServer && !wait) {
    log('To keep the schemas of failed tests, set DATABASE_URL: a server that the kit starts ends with the tests.');
    return;
  }
  for (const { title, schema, psql } of kept) log(`kept the schema of ${title ?? schema}:\n  ${psql}`);
  if (!isOwnServer) return;
  log('The server runs until Ctrl-C or the end of standard input.');
  await waitForEnd();
  process.exitCode = 1;
};
