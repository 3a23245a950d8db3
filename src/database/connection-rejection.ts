import { isServerError } from './errors.js';
import { handshakeFailure, isTlsMissing } from './tls.js';
import { DatabaseUrlError } from './connection-string.js';

/**
 * SQLSTATE classes of errors that may be temporary: starting up or shutting down (57), no free connection (53), connection
 * exceptions (08), system and internal errors (58, XX).
 */
const transientClasses = /^(?:08|53|57|58|XX)/;

/** protocol_violation. PgBouncer uses it for all errors, so only the message distinguishes them. */
const protocolViolation = '08P01';

/** PgBouncer messages about temporary conditions. */
const transientMessages =
  /cannot connect|login has been failing|server login failed|try again|shut(?:ting)? ?down|too many|no more connections|max_client_conn|timeout|paused?|suspend|closed|server conn crashed|not yet/i;

/** Messages about permanent errors, from PgBouncer itself or relayed from the server. */
const permanentMessages = /does not exist|authentication failed|no such (?:user|database)|no pg_hba\.conf entry/i;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const poolerRejection = (message: string): string | null => {
  const [, parameter] = /unsupported startup parameter(?: in options)?: (.+)/i.exec(message) ?? [];
  if (parameter !== undefined) {
    const name = oneLine(parameter);
    return (
      `the connection pooler rejects the startup parameter \`${name}\`: add ${name} to ignore_startup_parameters of ` +
      'PgBouncer (with pool_mode = session), or connect to PostgreSQL directly'
    );
  }
  return transientMessages.test(message) && !permanentMessages.test(message)
    ? null
    : `${oneLine(message)} (SQLSTATE ${protocolViolation})`;
};

/**
 * Why a connection was rejected permanently, in one line: a wrong password, a missing database, an untrusted certificate.
 * Null for errors that may be temporary.
 */
export const rejectionReason = (error: unknown, sslMode: string): string | null => {
  if (error instanceof DatabaseUrlError) return error.message;
  if (isTlsMissing(error)) return `the server does not offer TLS, which sslmode=${sslMode} needs`;
  const handshake = handshakeFailure(error);
  if (handshake !== null) {
    return `the TLS handshake failed or the certificate of the server is not trusted (${handshake}, sslmode=${sslMode}); sslrootcert names the authorities to trust`;
  }
  if (!isServerError(error)) return null;
  if (error.code === protocolViolation) return poolerRejection(error.message);
  return transientClasses.test(error.code) ? null : `${oneLine(error.message)} (SQLSTATE ${error.code})`;
};
