/** Values of `sslmode` (PostgreSQL manual, 34.19.1). */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** One of the modes above. */
export type SslMode = (typeof sslModes)[number];

/** Values of `target_session_attrs` (PostgreSQL manual, 34.1.2). */
export const targetSessionAttributes = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const;

/** One of the values above. */
export type TargetSessionAttributes = (typeof targetSessionAttributes)[number];

/** Parameters that are supported with any value. */
export const optionalParameters: ReadonlySet<string> = new Set([
  'host',
  'hostaddr',
  'port',
  'dbname',
  'user',
  'password',
  'passfile',
  'connect_timeout',
  'options',
  'application_name',
  'fallback_application_name',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslnegotiation',
  'target_session_attrs',
  'load_balance_hosts',
]);

/**
 * libpq parameters that node-postgres does not support, with the values that match its behavior and are therefore accepted.
 */
export const fixedParameters: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer'],
  client_encoding: ['utf8', 'utf-8', 'auto'],
  gssdelegation: ['0'],
  gssencmode: ['disable', 'prefer'],
  gsslib: [],
  keepalives: ['1'],
  keepalives_count: [],
  keepalives_idle: ['10'],
  keepalives_interval: [],
  krbsrvname: [],
  max_protocol_version: ['3.0'],
  min_protocol_version: ['3.0'],
  oauth_client_id: [],
  oauth_client_secret: [],
  oauth_issuer: [],
  oauth_scope: [],
  replication: ['0', 'false', 'off', 'no'],
  require_auth: [],
  requirepeer: [],
  scram_client_key: [],
  scram_server_key: [],
  service: [],
  servicefile: [],
  ssl_max_protocol_version: [],
  ssl_min_protocol_version: ['tlsv1.2'],
  sslcertmode: ['allow'],
  sslcompression: ['0'],
  sslcrl: [],
  sslcrldir: [],
  sslkeylogfile: [],
  sslsni: ['1'],
  tcp_user_timeout: ['0'],
};

/** Environment variables that set parameters (PostgreSQL manual, 34.15). */
export const environmentNames: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslnegotiation: 'PGSSLNEGOTIATION',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
};
