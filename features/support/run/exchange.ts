import type { ApiResponse } from '../http/api-response.js';
import type { OutgoingRequest } from '../http/http-client.js';

/** A request and its response, for reports. */
export interface Exchange {
  readonly request: OutgoingRequest;
  /** Absent if there was none. */
  readonly response?: ApiResponse;
  /** Why there was no response. */
  readonly error?: unknown;
  /** The name of the user whose access token was sent. */
  readonly as?: string;
  /** The text of the step. */
  readonly step?: string;
  readonly ms: number;
  /** Time of the test clock. */
  readonly sentAt: Date;
}
