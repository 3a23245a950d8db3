/** Objects nested to a depth. */
const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`);

/** Values that most fields reject, by their names in steps. */
const invalidValues: Readonly<Record<string, unknown>> = {
  null: null,
  'a number': 42,
  'a huge number': 1e300,
  true: true,
  'an array': ['ada'],
  'an empty array': [],
  'an object': { $gt: '' },
  'an empty string': '',
  'a space': ' ',
  '2 characters': 'ab',
  '51 characters': 'a'.repeat(51),
  '255 characters': 'a'.repeat(255),
  '501 characters': 'g'.repeat(501),
  '2,001 characters': 'd'.repeat(2001),
  '90,000 characters': 'b'.repeat(90_000),
  '1 MB of characters': 'm'.repeat(1_000_000),
  'a string with NUL': 'ada\u0000lovelace',
  'a string with BEL': 'ada\u0007',
  'a string with an escape sequence': 'ada\u001b[2J',
  'a string with DEL': 'ada\u007f',
  'a string with a C1 control character': 'ada\u0085',
  'a string of two lines': 'ada\nlovelace',
  'a string with a lone surrogate': 'ada\ud800',
  'a string with a space': 'ada lovelace',
  'a string with an umlaut': 'adä',
  'a string with a fullwidth letter': 'ａda',
  'a string with a zero-width space': 'ad\u200ba',
  'a string with a leading dot': '.ada',
  'a string with a slash': 'ada/../root',
  'a string with HTML': '<script>',
  'an email without a domain': 'ada@',
  'an email without a local part': '@example.org',
  'an email with a space': 'ada lovelace@example.org',
  'two emails': 'ada@example.org,grace@example.org',
  'an email of 255 characters': `${'a'.repeat(60)}@${'b.'.repeat(91)}example.org`.padStart(255, 'a'),
  'an email with a line feed': 'ada@example.org\nBcc: grace@example.org',
  'an object of depth 6': nested(6),
  'an object of depth 1,000': nested(1000),
  'an object of 17 kB': { text: 't'.repeat(17_000) },
  'a 129-character string with DEL': `${'a'.repeat(128)}\u007f`,
};

/** The invalid value with this name. */
export const invalidValue = (name: string): unknown => {
  if (!Object.hasOwn(invalidValues, name)) throw new TypeError(`unknown invalid value "${name}"`);
  return invalidValues[name];
};

/** Matches the names of all invalid values; longer names first, since one may begin another. */
export const invalidValuePattern = Object.keys(invalidValues)
  .sort((one, other) => other.length - one.length)
  .join('|');
