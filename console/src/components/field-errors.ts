import { toProblem } from '../api/problem';

/** The errors of a form. */
export interface FieldErrors {
  /** Messages by the name of the field. */
  readonly byField: Readonly<Record<string, string>>;
  /** The error itself, unless the fields show all of it. */
  readonly other: unknown;
}

/** The field of an error, and where in its value the error is: `/metadata/plan/name` is `plan/name` in `metadata`. */
const placeOf = (path = ''): readonly [field: string, place: string] => {
  const [, field = '', ...place] = path.split('/');
  return [field, place.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('/')];
};

/**
 * Assigns the errors of a rejected request to the fields of its form.
 * @param error a thrown value; null for none
 * @param fields the names of the fields in the body of the request
 */
export const fieldErrorsOf = (error: unknown, fields: readonly string[]): FieldErrors => {
  if (error === null) return { byField: {}, other: null };
  const { errors } = toProblem(error);
  const byField: Record<string, string> = {};
  let isComplete = errors.length > 0;
  for (const { path, message } of errors) {
    const [field, place] = placeOf(path);
    if (!fields.includes(field)) {
      isComplete = false;
      continue;
    }
    const text = place === '' ? message : `${place}: ${message}`;
    byField[field] = byField[field] === undefined ? text : `${byField[field]}; ${text}`;
  }
  return { byField, other: isComplete ? null : error };
};
