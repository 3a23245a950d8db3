import { describe, expect, it } from 'vitest';
import { loggedPath } from '../../src/middleware/logged-path.js';

const token = 'Zm9vYmFyYmF6cXV4-Zm9vYmFyYmF6cXV4_Zm9vYmFyY';

/** The text with every character escaped, `times` times. */
const escaped = (text: string, times: number): string =>
  Array.from(text, (character) => `%${'25'.repeat(times - 1)}${character.charCodeAt(0).toString(16)}`).join('');

describe('loggedPath', () => {
  it.each([token, escaped(token, 1), escaped(token, 2), escaped(token, 3), token.replaceAll('-', '%252D')])(
    'hides the token in %s',
    (written) => {
      expect(loggedPath(`/magic-link/${written}/more`)).toBe('/magic-link/***/more');
    },
  );

  // With two readings of each escape, the time to reject a path would double with each of them.
  it('reads an escape in one way only, and so counts it as one character', () => {
    const escapes = `/${'%2525'.repeat(15)}`;
    expect(loggedPath(escapes)).toBe(escapes);
  });
});
