import { styleText } from 'node:util';
import type { SigningKey } from '../../contract/signing-key.js';
import type { Host } from '../../server/host.js';
import { hasColours } from '../colours.js';

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

/** Keys as a table, in colours on a terminal that has them. */
export const keyTable = (keys: readonly SigningKey[], { stdout, env }: Pick<Host, 'stdout' | 'env'>): string => {
  const rows = [titles, ...keys.map(cellsOf)];
  const widths = titles.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  if (!hasColours(env, stdout)) return `${lines.join('\n')}\n`;
  const painted = body.map((line, index) =>
    styleText(colours[keys[index]?.state ?? 'next'], line, { validateStream: false }),
  );
  return `${[styleText('bold', head, { validateStream: false }), ...painted].join('\n')}\n`;
};
