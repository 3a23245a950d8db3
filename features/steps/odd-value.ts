import { defineParameterType } from '@cucumber/cucumber';

/** A tree of objects, one inside the other. */
const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`);

/** Values that do not belong where they are sent, by how stories tell of them. */
const oddValues: Readonly<Record<string, unknown>> = {
  'nothing at all': null,
  'a number': 42,
  'a huge number': 1e300,
  true: true,
  'a list': ['ada'],
  'an empty list': [],
  'an object': { $gt: '' },
  'an empty text': '',
  'a space': ' ',
  'two letters': 'ab',
  '51 letters': 'a'.repeat(51),
  '255 letters': 'a'.repeat(255),
  '501 letters': 'g'.repeat(501),
  '2,001 letters': 'd'.repeat(2001),
  '90,000 letters': 'b'.repeat(90_000),
  '1 MB of letters': 'm'.repeat(1_000_000),
  'a text with NUL': 'ada\u0000lovelace',
  'a text with a bell': 'ada\u0007',
  'a text with an escape sequence': 'ada\u001b[2J',
  'a text with DEL': 'ada\u007f',
  'a text with a C1 control': 'ada\u0085',
  'a text of two lines': 'ada\nlovelace',
  'a text with half a surrogate pair': 'ada\ud800',
  'a text with a space': 'ada lovelace',
  'a text with an umlaut': 'adä',
  'a text with a fullwidth letter': 'ａda',
  'a text with a zero-width space': 'ad\u200ba',
  'a text that begins with a dot': '.ada',
  'a text with a slash': 'ada/../root',
  'a text with markup': '<script>',
  'an address without a host': 'ada@',
  'an address without a name': '@example.org',
  'an address with a space': 'ada lovelace@example.org',
  'two addresses': 'ada@example.org,grace@example.org',
  'an address of 255 letters': `${'a'.repeat(60)}@${'b.'.repeat(91)}example.org`.padStart(255, 'a'),
  'an address with a line feed': 'ada@example.org\nBcc: grace@example.org',
  'an object of depth 6': nested(6),
  'an object of depth 1,000': nested(1000),
  'an object of 17 kB': { text: 't'.repeat(17_000) },
  'a 129-letter text with DEL': `${'a'.repeat(128)}\u007f`,
};

/** The value of that name. */
export const named = (name: string): unknown => {
  if (!Object.hasOwn(oddValues, name)) throw new TypeError(`there is no odd value "${name}"`);
  return oddValues[name];
};

defineParameterType({
  name: 'odd value',
  // The longest first, since one name may begin another.
  regexp: Object.keys(oddValues)
    .sort((one, other) => other.length - one.length)
    .map((name) => new RegExp(name)),
  transformer: (name: string) => name,
});
