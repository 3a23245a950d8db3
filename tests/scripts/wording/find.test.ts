import { describe, expect, it } from 'vitest';
import { createProject } from '../../../scripts/architecture/project.js';
import { findWording } from '../../../scripts/wording/find.js';
import { phrases } from '../../../scripts/wording/phrases.js';

/** The findings in one file as `line: phrase`. */
const findingsIn = (path: string, text: string): string[] => {
  const { files, sources } = createProject({ [path]: text });
  return findWording(sources[0] ?? files[0]!).map(({ line, message }) => `${line}: ${/“(.*?)”/.exec(message)?.[1]}`);
};

describe('findWording', () => {
  it('finds phrases in comments and strings of TypeScript, but not in code', () => {
    const text = [
      '/** Reads the file anew. */',
      'export const read = (): string => {',
      '  const anew = 1; // Whoever calls this waits.',
      '  /* The settings in force. */',
      "  const regex = /anew/, divided = anew / 2 / 1, code = 'see `anew`';",
      '  return `@{anew} is told @{`by @{1} for good`}`;',
      '};',
      '// The end stands for itself.',
    ]
      .join('\n')
      .replaceAll('@{', '$' + '{');
    expect(findingsIn('src/config/read.ts', text)).toEqual([
      '1: anew',
      '3: Whoever',
      '4: in force',
      '6: is told',
      '6: for good',
      '8: stands for',
    ]);
  });

  it('finds a phrase that continues on the next line of a comment', () => {
    expect(findingsIn('src/a.ts', '/**\n * The settings in\n * force.\n */\nexport {};\n')).toEqual(['2: in force']);
  });

  it('finds phrases in Markdown, but not in code blocks and code spans', () => {
    expect(findingsIn('docs/a.md', 'Read it anew.\n\n```sh\n# anew\n```\n\nThe word `anew`.\n')).toEqual(['1: anew']);
  });

  it('finds phrases in feature files', () => {
    expect(findingsIn('features/a.feature', 'Feature: A\n  Scenario: It bites\n')).toEqual(['2: bites']);
  });

  it('finds phrases in comments of YAML, but not in values', () => {
    expect(findingsIn('docker/a.yaml', 'anew: whoever\n# Start anew.\nkey: 1 # in force\n')).toEqual([
      '2: anew',
      '3: in force',
    ]);
  });

  it('finds metaphors in identifiers and file names, in any case', () => {
    expect(
      findingsIn('src/config/config-keeper.ts', 'class MailBell {}\nconst ROOMS = 1;\nconst doorbell = 2;\n'),
    ).toEqual(['1: keeper', '1: bell', '2: rooms']);
  });

  it('accepts ordinary English', () => {
    const text =
      'Restart the service again. The owner of the account is notified. Keep the rooms of a hotel tidier. ' +
      'Sort them in order to compare them. The value is used as it is in the file.';
    expect(findingsIn('docs/a.md', text)).toEqual([]);
  });

  it('names a replacement for each phrase', () => {
    expect(phrases.filter(({ instead }) => instead.trim() === '')).toEqual([]);
    expect(phrases.length).toBeGreaterThan(30);
  });
});
