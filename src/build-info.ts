/** What is running: shown by /api/version, /api/info and /api/healthz. */
export interface BuildInfo {
  readonly version: string;
  /** The commit that was built, null where unknown. */
  readonly commit: string | null;
  /** When it was built, RFC 3339, null where unknown. */
  readonly buildDate: string | null;
  readonly nodeVersion: string;
}
