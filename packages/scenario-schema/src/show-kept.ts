import type { KeptSchema } from './lease.js';

/** Waits for Ctrl-C or the end of standard input. */
const waitForEnd = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end).off('SIGTERM', end);
      process.stdin.off('end', end).off('close', end).off('error', end).pause();
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
    process.stdin.on('end', end).on('close', end).on('error', end).resume();
  });

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
