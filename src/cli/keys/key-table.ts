import { styleText } from 'node:util';
import type { SigningKey } from '../../contract/signing-key.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { hasColours } from '../colours.js';
import { columns } from '../terminal.js';

const colours = { active: 'green', next: 'cyan', retiring: 'yellow' } as const;

const titles = ['KID', 'ALGORITHM', 'STATE', 'CREATED', 'EXPIRES', 'FINGERPRINT'];

const cellsOf = (key: SigningKey): string[] => [
  key.kid,
  key.algorithm,
  key.state,
  key.created_at,
  key.expires_at ?? '-',
  key.fingerprint ?? 'cannot be opened',
];

/** Formats keys as a table, in colours if the terminal supports them. */
export const keyTable = (
  keys: readonly SigningKey[],
  { stdout, env }: Pick<ProcessEnvironment, 'stdout' | 'env'>,
): string => {
  const table = columns([titles, ...keys.map(cellsOf)], '');
  if (!hasColours(env, stdout)) return table;
  const [head = '', ...body] = table.trimEnd().split('\n');
  const painted = body.map((line, index) =>
    styleText(colours[keys[index]?.state ?? 'next'], line, { validateStream: false }),
  );
  return `${[styleText('bold', head, { validateStream: false }), ...painted].join('\n')}\n`;
};
