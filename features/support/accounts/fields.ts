import { invalidValue, invalidValuePattern } from './invalid-value.js';

/** A password that no account has. */
export const wrongPassword = 'certainly not the password';

type Fields = Record<string, unknown>;

const listed = (field: string, value: string): unknown =>
  field === 'roles' ? value.split(', ') : (JSON.parse(`"${value}"`) as unknown);

/** The phrases about the body of a registration or a login. */
const clauses: readonly (readonly [pattern: string, fields: (...groups: string[]) => Fields])[] = [
  [' as "([^"]*)"', (username = '') => ({ username })],
  [' (?:with|and) (?:the )?(\\w+) "([^"]*)"', (field = '', value = '') => ({ [field]: listed(field, value) })],
  [` with (${invalidValuePattern}) as (\\w+)`, (value = '', field = '') => ({ [field]: invalidValue(value) })],
  [' without an? (\\w+)', (field = '') => ({ [field]: undefined })],
  [' with a wrong password', () => ({ password: wrongPassword })],
  [
    ' with a password of (\\d+) characters',
    (length) => ({ password: 'seven lanterns over the bay '.repeat(Number(length)).slice(0, Number(length)) }),
  ],
];

/** Matches all phrases about a body, including none. */
export const fieldsPattern = new RegExp(
  `(?:${clauses.map(([pattern]) => pattern.replaceAll(/\((?!\?)/g, '(?:')).join('|')})*`,
);

/** Members of a body, for example of ` with email "ada@example.org" and password "…"`. */
export const parseFields = (text: string): Fields => {
  const fields: Fields = {};
  for (let rest = text; rest !== '';) {
    const clause = clauses.find(([pattern]) => new RegExp(`^${pattern}`).test(rest));
    if (clause === undefined) throw new TypeError(`unknown members "${rest}"`);
    const [all, ...groups] = new RegExp(`^${clause[0]}`).exec(rest) ?? [''];
    Object.assign(fields, clause[1](...groups));
    rest = rest.slice(all.length);
  }
  return fields;
};
