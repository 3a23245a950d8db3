import { z } from 'zod';

/** U+0000 to U+001F, U+007F to U+009F: not allowed in names and addresses. */
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/u;

/** The same without tab, line feed and carriage return, which prose may contain. */
const controlCharacterInProse = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;

/** Length in Unicode code points, the unit of every length in the contract. */
export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/**
 * Returns why a text cannot be stored; undefined if it can.
 * @param text the received text
 * @param prose whether tab, line feed and carriage return are allowed
 */
export const textError = (text: string, prose: boolean): { code: string; message: string } | undefined => {
  if (!text.isWellFormed()) return { code: 'lone_surrogate', message: 'must be well-formed Unicode' };
  if ((prose ? controlCharacterInProse : controlCharacter).test(text)) {
    return { code: 'control_character', message: 'must not contain control characters' };
  }
  return undefined;
};

/** Bounds of a text, in code points. */
interface TextOptions {
  readonly min?: number;
  readonly max: number;
  readonly prose?: boolean;
}

/**
 * A text field: well-formed Unicode without control characters, whose length is counted in code points. Error codes:
 * `too_short`, `too_long`, `control_character`, `lone_surrogate`.
 */
export const text = ({ min = 0, max, prose = false }: TextOptions): z.ZodString =>
  z
    .string()
    .meta({ minLength: min, maxLength: max })
    .check((context) => {
      // Checks that follow, such as a pattern, run after an error of the length too, so that all errors are listed.
      const report = (code: string, message: string, { isLast = false } = {}): void => {
        context.issues.push({ code: 'custom', input: context.value, message, params: { code }, continue: !isLast });
      };
      const error = textError(context.value, prose);
      if (error) report(error.code, error.message, { isLast: true });
      const length = codePoints(context.value);
      if (length < min) report('too_short', `must have at least ${String(min)} characters`, { isLast: length === 0 });
      if (length > max) report('too_long', `must have at most ${String(max)} characters`);
    });
