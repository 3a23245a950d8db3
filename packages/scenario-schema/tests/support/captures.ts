import { canDump } from '../../src/capture/pg-dump.js';
import { execute, serverUrl } from './fixture.js';

/** The default is pg_dump if it is installed and not older than the server; embedded PostgreSQL comes without it. */
export const captures = [
  { name: 'by default', option: {} },
  { name: 'from statements', option: { capture: 'statements' } },
] as const;

/** How the structure is captured on this machine. */
export const expectedCapture = async (option: { readonly capture?: string }): Promise<string> => {
  const [row] = await execute<{ major: number }>(
    serverUrl(),
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  );
  return option.capture ?? ((await canDump(row?.major ?? 0, {})) ? 'pg_dump' : 'statements');
};
