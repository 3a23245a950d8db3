const levels: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

const omitted: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

const timeOf = (time: unknown): string => {
  const date = new Date(time as string | number);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(11, 23)} `;
};

const valueOf = (value: unknown): string =>
  typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);

const stackOf = (error: unknown): string[] => {
  if (typeof error !== 'object' || error === null) return [];
  const { stack, message } = error as { readonly stack?: unknown; readonly message?: unknown };
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : JSON.stringify(error);
  return text.split('\n').map((line) => `    ${line.trim()}`);
};

const lineText = (entry: Readonly<Record<string, unknown>>): string => {
  const level =
    typeof entry['level'] === 'number'
      ? (levels[entry['level']] ?? String(entry['level']))
      : String(entry['level']).toUpperCase();
  const fields = Object.entries(entry)
    .filter(([name]) => !omitted.has(name))
    .map(([name, value]) => `${name}=${valueOf(value)}`);
  const message = typeof entry['msg'] === 'string' ? entry['msg'] : '';
  return [
    `${timeOf(entry['time'])}${level.padEnd(5)} ${[message, ...fields].join('  ')}`,
    ...stackOf(entry['err']),
  ].join('\n');
};

/** Log entries in a readable form: one line each, and stacks on separate lines. */
export const logText = (entries: readonly Readonly<Record<string, unknown>>[]): string =>
  entries.map(lineText).join('\n');
