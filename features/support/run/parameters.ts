/** How a scenario gets its schema: an emptied one, or a new one each time. */
export type IsolationMode = 'lease' | 'fresh';

/** The database of the schemas. */
export interface DatabaseParameters {
  readonly url: string;
  /** Names the run for the processes that take part in it, and the process that coordinates them. */
  readonly run: { readonly key: string; readonly coordinator: number };
  readonly mode: IsolationMode;
  /** Whether the schema of a failed scenario is kept for inspection. */
  readonly keepFailed: boolean;
}

/** What the runner tells every process that runs scenarios. Plain JSON. */
export interface RunParameters {
  /** The project's folder. */
  readonly root: string;
  /** Where processes leave what they measured for the runner. */
  readonly workDirectory: string;
  /** Absent when a deployed service is asked. */
  readonly database?: DatabaseParameters;
  /** The deployed service, when one is asked. */
  readonly baseUrl?: string;
}
