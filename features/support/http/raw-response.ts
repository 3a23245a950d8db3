/** The last response in the text of a connection: its head and its problem document. */
export interface RawProblem {
  readonly head: string;
  readonly problem: Readonly<Record<string, unknown>>;
}

/** Splits off the last response of a connection. */
export const lastProblem = (raw: string): RawProblem => {
  const response = raw.slice(raw.lastIndexOf('HTTP/1.1 '));
  const [head = '', body = ''] = response.split('\r\n\r\n');
  return { head, problem: JSON.parse(body) as Record<string, unknown> };
};
