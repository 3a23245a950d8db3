/** Parts of a response. */
export interface ResponseParts {
  readonly method: string;
  /** As it was sent, query included. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const isJson = (headers: Headers): boolean => /[/+]json\b/i.test(headers.get('content-type') ?? '');

/** One answer of the service, and whether a step has looked at it. */
export class ApiResponse {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON when the answer says that it is, as text otherwise; undefined when there is none. */
  readonly body: unknown;
  readonly requestId: string | null;
  /** Set once a step has read the response. An unread 5xx response fails the scenario. */
  isChecked = false;
  readonly #status: number;

  constructor({ method, path, status, headers, text }: ResponseParts) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.text = text;
    this.#status = status;
    this.body = text === '' ? undefined : isJson(headers) ? JSON.parse(text) : text;
    this.requestId = headers.get('x-request-id');
  }

  /** The status. Reading it marks the response as checked. */
  get status(): number {
    this.isChecked = true;
    return this.#status;
  }

  /** The status, for reports: asking for it here does not count as a look. */
  peekStatus(): number {
    return this.#status;
  }

  /** Whether the service failed and no step has looked. */
  get isUncheckedServerError(): boolean {
    return this.#status >= 500 && !this.isChecked;
  }

  /** The body as what the step knows it to be. */
  json<T>(): T {
    return this.body as T;
  }

  /** One line for reports: what was asked and what came back. */
  toString(): string {
    return `${this.method} ${this.path} -> ${String(this.#status)}`;
  }
}
