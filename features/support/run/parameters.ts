/** How a scenario gets its schema: an emptied one, or a new one each time. */
export type IsolationMode = 'lease' | 'fresh';

/** What replays into a new schema, and what a clean one looks like. */
export interface SchemaTemplate {
  /** The SQL of the migrations as it went over the wire, in one text, without any schema name. */
  readonly sql: string;
  /** A schema that the migrations themselves were run in; the seed rows are restored from it. */
  readonly schema: string;
  /** Where the functions of the pool live. */
  readonly poolSchema: string;
  /** Tables that the migrations fill. */
  readonly seedTables: readonly string[];
  /** All other tables that hold rows. */
  readonly tables: readonly string[];
  readonly sequences: readonly string[];
}

/** The database of the schemas. */
export interface DatabaseParameters {
  readonly url: string;
  readonly template: SchemaTemplate;
  readonly mode: IsolationMode;
  /** Whether the schema of a failed scenario is kept for inspection. */
  readonly keepFailed: boolean;
}

/** What the runner tells every process that runs scenarios. Plain JSON. */
export interface RunParameters {
  /** Names this run in schemas, folders and sessions: lower-case letters and digits. */
  readonly run: string;
  /** The project's folder. */
  readonly root: string;
  /** Where processes leave what they measured for the runner. */
  readonly workDirectory: string;
  /** Absent when a deployed service is asked. */
  readonly database?: DatabaseParameters;
  /** The deployed service, when one is asked. */
  readonly baseUrl?: string;
}
