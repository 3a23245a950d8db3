import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { DatabaseUrlError } from './connection-string.js';
import type { DatabaseHost, DatabaseUrl } from './url.js';

const fileOf = (parameter: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(`Cannot read the file of ${parameter}: ${path}`, { cause: error });
  }
};

/**
 * TLS options for `sslmode` (PostgreSQL manual, 34.19.1): `verify-ca` and `verify-full` verify the certificate, `require`
 * does so only if `sslrootcert` names a file, and weaker modes never do. Files are read once.
 * @throws {DatabaseUrlError} if a file cannot be read
 */
export const tlsOptions = (url: DatabaseUrl): ConnectionOptions => {
  const { sslMode, sslRootCertificate, sslCertificate, sslKey, sslPassword } = url;
  const authorities =
    sslRootCertificate === undefined || sslRootCertificate === 'system'
      ? {}
      : { ca: fileOf('sslrootcert', sslRootCertificate) };
  const isVerified = sslMode.startsWith('verify-') || (sslMode === 'require' && sslRootCertificate !== undefined);
  return {
    ...authorities,
    ...(sslCertificate !== undefined && { cert: fileOf('sslcert', sslCertificate) }),
    ...(sslKey !== undefined && { key: fileOf('sslkey', sslKey) }),
    ...(sslPassword !== undefined && { passphrase: sslPassword }),
    rejectUnauthorized: isVerified,
    ...(sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
};

/** Whether to use TLS in the first attempt to connect to a host, and in the second, if there is one. */
export const tlsAttempts = ({ sslMode }: DatabaseUrl, { host, address }: DatabaseHost): readonly boolean[] => {
  if (address === undefined && host.startsWith('/')) return [false];
  if (sslMode === 'disable') return [false];
  if (sslMode === 'allow') return [false, true];
  return sslMode === 'prefer' ? [true, false] : [true];
};

/** The message of node-postgres if the server responds to the TLS request with "N". The error has no code. */
const noTlsMessage = 'The server does not support SSL connections';

/** Whether the server does not offer TLS. */
export const isTlsMissing = (error: unknown): boolean => error instanceof Error && error.message === noTlsMessage;

/** Error codes of OpenSSL and Node.js for a failed handshake or a rejected certificate. */
const handshakeCodes =
  /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|HOSTNAME_|PATH_LENGTH_)/;

/** The code of a failed TLS handshake or a rejected certificate; null for any other error. */
export const handshakeFailure = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && handshakeCodes.test(error.code)
    ? error.code
    : null;
