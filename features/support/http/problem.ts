import assert from 'node:assert/strict';
import type { ApiResponse } from './api-response.js';

/** A problem document (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly retry_after?: number;
}

/** Asserts that a response is a complete problem document with this status and code, and returns it. */
export const assertRejected = (response: ApiResponse, status: number, code: string): Problem => {
  const problem = response.json<Partial<Problem> | undefined>();
  const actual = [response.status, problem?.code ?? 'without a code'].join(' ');
  if (actual !== `${String(status)} ${code}` || problem?.status !== status) {
    // Cucumber omits such a message if the error has an actual and an expected value.
    assert.fail(`expected ${String(status)} ${code}, got ${actual} for ${response.method} ${response.path}`);
  }
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json; charset=utf-8$/);
  assert.equal(problem.type, `urn:rollcall:problem:${code}`);
  assert.equal(problem.request_id, response.requestId);
  assert.equal(problem.instance, response.path.split('?')[0]);
  assert.ok((problem.title ?? '') !== '' && (problem.detail ?? '') !== '');
  assert.notEqual(problem.detail, problem.title);
  return problem as Problem;
};

/** The errors of a problem document as `path code` or, with messages, `path code message`. */
export const errorsOf = ({ errors = [] }: Problem, withMessages = false): string[] =>
  errors.map(({ path, code, message }) => `${path} ${code}${withMessages ? ` ${message}` : ''}`);
