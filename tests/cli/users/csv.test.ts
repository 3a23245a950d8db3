import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/cli/users/csv.js';
import { maxLineBytes, readLines } from '../../../src/cli/users/lines.js';
import { csvLine } from '../../../src/contract/csv.js';

let directory: string;
let file: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollcall-csv-'));
  file = join(directory, 'file.csv');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Each record as its line and its fields, or its error. */
const read = async (content: string | Buffer): Promise<[number, readonly string[] | string | undefined][]> => {
  writeFileSync(file, content);
  const records: [number, readonly string[] | string | undefined][] = [];
  for await (const { line, fields, error } of readCsv(readLines(file))) records.push([line, fields ?? error]);
  return records;
};

describe('CSV reader (RFC 4180, section 2)', () => {
  it.each<[string, string, [number, readonly string[] | string][]]>([
    [
      'lines that end with CRLF',
      'a,b\r\nc,d\r\n',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'lines that end with LF, the last without',
      'a,b\nc,d',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'empty fields',
      ',\n"",\n',
      [
        [1, ['', '']],
        [2, ['', '']],
      ],
    ],
    ['spaces, which are part of a field', ' a , b ', [[1, [' a ', ' b ']]]],
    ['quoted commas and quotes', '"a,b","c ""d"" e"', [[1, ['a,b', 'c "d" e']]]],
    ['a field that is one quote', '""""', [[1, ['"']]]],
    [
      'line breaks within quotes, unchanged',
      '"a\r\nb\n",c\r\nd,e',
      [
        [1, ['a\r\nb\n', 'c']],
        [4, ['d', 'e']],
      ],
    ],
    [
      'empty lines within quotes',
      '"a\n\nb"\nc',
      [
        [1, ['a\n\nb']],
        [4, ['c']],
      ],
    ],
    [
      'empty lines, which are not records',
      '\r\na\r\n\r\nb\r\n',
      [
        [2, ['a']],
        [4, ['b']],
      ],
    ],
    ['a byte-order mark, left out', '\uFEFFa,b', [[1, ['a', 'b']]]],
    ['letters of all scripts', 'é,日本,🎉', [[1, ['é', '日本', '🎉']]]],
  ])('reads %s', async (_what, content, records) => {
    expect(await read(content)).toEqual(records);
  });

  it.each<[string, string, [number, readonly string[] | string][]]>([
    [
      'a quote within a plain field',
      'a"b,c\nd',
      [
        [1, 'stray_quote'],
        [2, ['d']],
      ],
    ],
    [
      'text after a quoted field',
      '"a"b,c\nd',
      [
        [1, 'text_after_quote'],
        [2, ['d']],
      ],
    ],
    [
      'a space before a quote',
      ' "a"\nd',
      [
        [1, 'stray_quote'],
        [2, ['d']],
      ],
    ],
    [
      'text after a quoted field of two lines',
      '"a\nb"c\nd',
      [
        [1, 'text_after_quote'],
        [3, ['d']],
      ],
    ],
    [
      'a quoted field without an end',
      'a\n"b\nc\n',
      [
        [1, ['a']],
        [2, 'unterminated_quote'],
      ],
    ],
  ])('rejects %s and continues with the next line', async (_what, content, records) => {
    expect(await read(content)).toEqual(records);
  });

  it('rejects text that is not UTF-8, and lines and records that are too long', async () => {
    expect(await read(Buffer.concat([Buffer.from('a\nb'), Buffer.from([0xff]), Buffer.from('\nc')]))).toEqual([
      [1, ['a']],
      [2, 'bad_encoding'],
      [3, ['c']],
    ]);
    const long = 'x'.repeat(maxLineBytes + 1);
    expect(await read(`a\n${long}\nc`)).toEqual([
      [1, ['a']],
      [2, 'too_long'],
      [3, ['c']],
    ]);
    const half = 'x'.repeat(maxLineBytes / 2);
    expect(await read(`a\n"${half}\n${half}\n${half}"\nc`)).toEqual([
      [1, ['a']],
      [2, 'too_long'],
      [4, 'stray_quote'],
      [5, ['c']],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1+1', '\r=1+1', '\n=1+1', '＝1+1', "'=1+1", "''@a"])(
    'writes %j with an apostrophe, so that a spreadsheet does not run it, and reads it without',
    async (text) => {
      const line = csvLine(['a', text]);
      expect(line.replaceAll('"', '')).toBe(`a,'${text}\r\n`);
      expect(await read(line)).toEqual([[1, ['a', text]]]);
    },
  );

  it('leaves other apostrophes unchanged', async () => {
    expect(csvLine(["'a", "O'Neil", "'"])).toBe("'a,O'Neil,'\r\n");
    expect(await read("'a,O'Neil,'")).toEqual([[1, ["'a", "O'Neil", "'"]]]);
  });

  it('quotes the separators of other spreadsheets, which a formula could follow', () => {
    expect(csvLine(['a;=1', 'b\t=1'])).toBe('"a;=1","b\t=1"\r\n');
  });

  it('reads every record that the writer writes', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '🎉', ',', '"', '\r', '\n', ' ', '\t', '=', "'") });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const records = await read(rows.map(csvLine).join(''));
        expect(records.map(([, fields]) => fields)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });
});
