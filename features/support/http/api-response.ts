/** Parts of a response. */
export interface ResponseParts {
  readonly method: string;
  /** The path that was sent, including the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const isJson = (headers: Headers): boolean => /[/+]json\b/i.test(headers.get('content-type') ?? '');

/** A response of the service, and whether a step has checked it. */
export class ApiResponse {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON if its media type is JSON, as text otherwise; undefined if it is empty. */
  readonly body: unknown;
  readonly requestId: string | null;
  readonly #status: number;
  #isChecked = false;
  #mayCheck = (): boolean => true;

  constructor({ method, path, status, headers, text }: ResponseParts) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.text = text;
    this.#status = status;
    this.body = text === '' ? undefined : isJson(headers) ? JSON.parse(text) : text;
    this.requestId = headers.get('x-request-id');
  }

  /** The status. Reading it in a Then step marks the response as checked. */
  get status(): number {
    this.markChecked();
    return this.#status;
  }

  /** Counts a read as a check only while the condition is met; helpers of other steps only look. */
  countReadsWhile(condition: () => boolean): void {
    this.#mayCheck = condition;
  }

  /** Records that a step has checked the response, if the running step is one that checks. */
  markChecked(): void {
    this.#isChecked ||= this.#mayCheck();
  }

  /** The status, for reports: it does not mark the response as checked. */
  peekStatus(): number {
    return this.#status;
  }

  /** Records that a step that acts expects this server error, and has checked it itself. */
  acceptServerError(): void {
    this.#isChecked = true;
  }

  /** Whether it is a server error that no Then step has checked; it fails the scenario. */
  get isUncheckedServerError(): boolean {
    return this.#status >= 500 && !this.#isChecked;
  }

  /** The body as the expected type. */
  json<T>(): T {
    return this.body as T;
  }

  /** The request and the status in one line, for reports. */
  toString(): string {
    return `${this.method} ${this.path} -> ${String(this.#status)}`;
  }
}
