/** Where a request came from, as audit rows and sessions keep it. */
export interface Origin {
  /** The caller's address in canonical text form. */
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}
