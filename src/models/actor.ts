/** The request behind a change, as audit events and sessions record it. */
export interface RequestMetadata {
  /** In canonical text form. */
  readonly ipAddress: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** The actor of a change, for its audit events. */
export interface Actor {
  /** Null for the command line, background jobs and callers who are not logged in. */
  readonly actorId: string | null;
  /** Null for the command line and background jobs. */
  readonly requestMetadata: RequestMetadata | null;
  /** Added to the details of every event, such as who ran a command. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A logged-in user who makes a change. */
export interface UserActor extends Actor {
  readonly actorId: string;
  readonly requestMetadata: RequestMetadata;
}

/** The service itself, for changes that no user requests. */
export const systemActor: Actor = { actorId: null, requestMetadata: null };
