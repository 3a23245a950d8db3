/** A text that a spreadsheet would run as a formula (OWASP CSV Injection), or such a text after apostrophes, so that they can be removed again. */
const formulaLike = /^'*[=+\-@\t\r\n＝＋－＠]/;

const fieldOf = (text: string): string => {
  const safe = formulaLike.test(text) ? `'${text}` : text;
  // Spreadsheets of some locales separate fields by semicolons.
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * One record as a line of CSV (RFC 4180), with its line break. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front of it; `csvText` removes it.
 */
export const csvLine = (texts: readonly string[]): string => `${texts.map(fieldOf).join(',')}\r\n`;

/** The text of a field: without the apostrophe that `csvLine` has put in front of it. */
export const csvText = (field: string): string =>
  field.startsWith("'") && formulaLike.test(field) ? field.slice(1) : field;
