/** How a scenario gets its schema: an emptied one, or a new one each time. */
export type IsolationMode = 'lease' | 'fresh';

/** The database that contains the schemas. */
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
  /** The folder in which processes write their measurements for the runner. */
  readonly workDirectory: string;
  /** Absent when the scenarios run against a deployed service. */
  readonly database?: DatabaseParameters;
  /** The URL of the deployed service, if there is one. */
  readonly baseUrl?: string;
}

/** The environment variable with the directory for the files of a run. All processes of the run inherit it. */
export const workDirectoryVariable = 'ROLLCALL_FEATURES_WORK_DIRECTORY';
