/** Where a request came from, as audit rows and sessions keep it. */
export interface RequestMetadata {
  /** The caller's address in canonical text form. */
  readonly ipAddress: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}
