/** One error in a request or in a configuration. */
export interface ProblemDetail {
  readonly path?: string;
  readonly key?: string | null;
  readonly file?: string | null;
  readonly line?: number;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** An error of the API (RFC 9457), or a failed connection. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null,
    readonly errors: readonly ProblemDetail[] = [],
  ) {
    super(detail === '' ? title : detail);
  }
}

interface ProblemBody {
  readonly status?: number;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly errors?: readonly ProblemDetail[];
}

/** Replaces `invalid_token` in an error that stays on the screen after the user has logged in again. */
const endedSession = { title: 'Your session had ended', detail: 'Nothing was changed. Try again.' };

/** The error that a response describes. */
export const problemOf = (response: Response, body: unknown): Problem => {
  const sent = (typeof body === 'object' && body !== null ? body : {}) as ProblemBody;
  const known = sent.code === 'invalid_token' ? { ...sent, ...endedSession } : sent;
  return new Problem(
    known.status ?? response.status,
    known.code ?? `http_${String(response.status)}`,
    known.title ?? 'Unexpected response',
    known.detail ?? `The server responded with status ${String(response.status)}.`,
    known.request_id ?? response.headers.get('X-Request-Id'),
    known.errors ?? [],
  );
};

/** A response that is not what the API describes: a proxy may have replaced it. */
export const unreadable = (): Problem => {
  const detail = 'The response could not be read. A proxy may have replaced it.';
  return new Problem(0, 'invalid_response', 'Unexpected response', detail, null);
};

/** Converts a thrown value to a problem. */
export const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  // The body of a response is not JSON.
  if (error instanceof SyntaxError) return unreadable();
  return new Problem(0, 'unexpected', 'Unexpected error', error instanceof Error ? error.message : String(error), null);
};
