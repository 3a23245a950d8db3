import type { ApiResponse } from '../http/api-response.js';
import type { OutgoingRequest } from '../http/http-client.js';

/** A request and its response, for reports. */
export interface Exchange {
  readonly request: OutgoingRequest;
  /** Absent if the service did not respond. */
  readonly response?: ApiResponse;
  /** Why the service did not respond. */
  readonly error?: unknown;
  /** The name of the user whose access token was sent. */
  readonly as?: string;
  /** The text of the step. */
  readonly step?: string;
  readonly ms: number;
  /** Time of the test clock. */
  readonly sentAt: Date;
}
