import { describe, expect, it } from 'vitest';
import { createProject } from '../../../scripts/architecture/project.js';
import { findWording } from '../../../scripts/wording/find.js';
import { phrases } from '../../../scripts/wording/phrases.js';

/** Removes the `~` that splits the examples, so that this file contains none of the phrases. */
const join = (text: string): string => text.replaceAll('~', '');

/** The findings in one file as `line: phrase`. */
const findingsIn = (path: string, text: string): string[] => {
  const { files, sources } = createProject({ [path]: join(text) });
  return findWording(sources[0] ?? files[0]!).map(({ line, message }) => `${line}: ${/“(.*?)”/.exec(message)?.[1]}`);
};

describe('findWording', () => {
  it('finds phrases in comments and strings of TypeScript, but not in code', () => {
    const text = [
      '/** Reads the file an~ew. */',
      'export const read = (): string => {',
      '  const an~ew = 1; // Who~ever calls this waits.',
      '  /* The settings in fo~rce. */',
      "  const regex = /an~ew/, divided = an~ew / 2 / 1, code = 'see `an~ew`';",
      '  return `@{an~ew} is to~ld @{`by @{1} for go~od`}`;',
      '};',
      '// The end sta~nds for itself.',
    ]
      .join('\n')
      .replaceAll('@{', '$' + '{');
    expect(findingsIn('src/config/read.ts', text)).toEqual(
      ['1: an~ew', '3: Who~ever', '4: in fo~rce', '6: is to~ld', '6: for go~od', '8: sta~nds for'].map(join),
    );
  });

  it('finds a phrase that continues on the next line of a comment', () => {
    expect(findingsIn('src/a.ts', '/**\n * The settings in\n * fo~rce.\n */\nexport {};\n')).toEqual(
      ['2: in fo~rce'].map(join),
    );
  });

  it('finds phrases in Markdown, but not in code blocks and code spans', () => {
    expect(findingsIn('docs/a.md', 'Read it an~ew.\n\n```sh\n# an~ew\n```\n\nThe word `an~ew`.\n')).toEqual(
      ['1: an~ew'].map(join),
    );
  });

  it('finds phrases in feature files', () => {
    expect(findingsIn('features/a.feature', 'Feature: A\n  Scenario: It bi~tes\n')).toEqual(['2: bi~tes'].map(join));
  });

  it('finds phrases in comments of YAML, but not in values', () => {
    expect(findingsIn('docker/a.yaml', 'an~ew: who~ever\n# Start an~ew.\nkey: 1 # in fo~rce\n')).toEqual(
      ['2: an~ew', '3: in fo~rce'].map(join),
    );
  });

  it('finds metaphors in identifiers and file names, in any case', () => {
    expect(
      findingsIn('src/config/config-keeper.ts', 'class MailBell {}\nconst ROOMS = 1;\nconst doorbell = 2;\n'),
    ).toEqual(['1: keeper', '1: bell', '2: rooms']);
  });

  it('accepts ordinary English', () => {
    const text =
      'Restart the service again. The owner of the account is notified. Keep the rooms of a hotel tidier. ' +
      'Sort them in order to compare them. The value is used as~ it is in the file.';
    expect(findingsIn('docs/a.md', text)).toEqual([]);
  });

  it('names a replacement for each phrase', () => {
    expect(phrases.filter(({ instead }) => instead.trim() === '')).toEqual([]);
    expect(phrases.length).toBeGreaterThan(30);
  });
});
