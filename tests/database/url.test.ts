import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatabaseUrlError, maskDatabaseUrl, parseDatabaseUrl } from '../../src/database/url.js';

const errorOf = (text: string): DatabaseUrlError => {
  try {
    parseDatabaseUrl(text);
  } catch (error) {
    if (error instanceof DatabaseUrlError) return error;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
};

/** Text with more than its share of what cuts a URL into parts. */
const noise = fc.string({
  unit: fc.oneof(
    fc.constantFrom('@', ':', '/', '?', '#', '%', '[', ']', '\\', ','),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
});

describe('a database URL', () => {
  it('is parsed and decoded', () => {
    const text = 'postgresql://ad%40a:p%2Fw%23@db.example:6432/roll%20call?sslmode=verify-full&sslrootcert=/ca.pem';
    expect(parseDatabaseUrl(text)).toMatchObject({
      hosts: [{ host: 'db.example', port: 6432 }],
      database: 'roll call',
      user: 'ad@a',
      password: 'p/w#',
      sslMode: 'verify-full',
      sslRootCertificate: '/ca.pem',
      options: undefined,
      applicationName: undefined,
    });
  });

  it('has defaults for omitted parts', () => {
    const parts = parseDatabaseUrl('postgres://localhost/rollcall');
    expect(parts).toMatchObject({ hosts: [{ port: 5432 }], user: undefined, password: undefined, sslMode: 'prefer' });
  });

  it.each([
    ['postgres://u@[::1]:5432/d', [['::1', 5432]]],
    ['postgres://u@[2001:db8::1234]/d', [['2001:db8::1234', 5432]]],
    ['postgres://u@[fe80::1%25eth0]/d', [['fe80::1%eth0', 5432]]],
    ['postgres:///d?host=/var/run/postgresql', [['/var/run/postgresql', 5432]]],
    ['postgresql://u:p@/d?host=/run/postgresql', [['/run/postgresql', 5432]]],
    ['postgresql://u:p@/d?host=/run/postgresql&port=5433', [['/run/postgresql', 5433]]],
    ['postgresql://u:p@%2Frun%2Fpostgresql/d', [['/run/postgresql', 5432]]],
    ['postgresql://u:p@%2Frun%2Fpostgresql:5433/d', [['/run/postgresql', 5433]]],
    ['postgresql://u:p@:5433/d?host=/run/postgresql', [['/run/postgresql', 5433]]],
    [
      'postgresql://h1:123,h2:456/d',
      [
        ['h1', 123],
        ['h2', 456],
      ],
    ],
    [
      'postgresql://h1,[::1]:7/d',
      [
        ['h1', 5432],
        ['::1', 7],
      ],
    ],
    [
      'postgresql:///d?host=h1,h2&port=7',
      [
        ['h1', 7],
        ['h2', 7],
      ],
    ],
    [
      'postgresql:///d?host=h1,h2&port=7,8',
      [
        ['h1', 7],
        ['h2', 8],
      ],
    ],
    ['postgresql://h/d?hostaddr=127.0.0.1', [['h', 5432]]],
    ['postgresql:///d?hostaddr=127.0.0.1', [['127.0.0.1', 5432]]],
    ['host=h port=7 dbname=d', [['h', 7]]],
    ["host = '/run/post\\'gres' dbname=d", [["/run/post'gres", 5432]]],
  ])('names the hosts of %s', (text, hosts) => {
    const found = parseDatabaseUrl(text).hosts.map(({ host, port }) => [host, port]);
    expect(found).toEqual(hosts);
  });

  it('follows the parameters of libpq', () => {
    const query =
      'sslmode=verify-ca&sslcert=/c.pem&sslkey=/k.pem&target_session_attrs=read-write&connect_timeout=3' +
      '&application_name=app&options=-c%20work_mem=8MB&passfile=/p&keepalives=1&load_balance_hosts=random';
    expect(parseDatabaseUrl(`postgres://h/d?${query}`)).toMatchObject({
      sslMode: 'verify-ca',
      sslCertificate: '/c.pem',
      sslKey: '/k.pem',
      targetSessionAttributes: 'read-write',
      connectTimeoutMs: 3000,
      applicationName: 'app',
      options: '-c work_mem=8MB',
      passwordFile: '/p',
      isBalanced: true,
    });
    expect(parseDatabaseUrl('postgres://h/x?dbname=d&user=u&password=p%2Bq+r')).toMatchObject({
      database: 'd',
      user: 'u',
      password: 'p+q+r',
    });
    expect(parseDatabaseUrl("host=h dbname=d user=u password='a \\'b\\\\'")).toMatchObject({ password: "a 'b\\" });
  });

  it.each([
    ['postgres://u:a#b@h/d', 'a#b'],
    ['postgres://u:a?b@h/d', 'a?b'],
    ['postgres://u:a@b@h/d', 'a@b'],
    ['postgres://u:a:b@h/d', 'a:b'],
    ['postgres://u:%25%40%2F@h/d', '%@/'],
  ])('finds the password in %s', (text, password) => {
    expect(parseDatabaseUrl(text)).toMatchObject({ hosts: [{ host: 'h' }], user: 'u', password, database: 'd' });
  });

  it('takes omitted parts from the environment, as libpq does', () => {
    const env = { PGPASSWORD: 's3cret', PGSSLMODE: 'require', PGHOST: 'other', PGUSER: '' };
    const parts = parseDatabaseUrl('postgres://h/d', env);
    expect(parts).toMatchObject({ hosts: [{ host: 'h' }], password: 's3cret', sslMode: 'require', user: undefined });
    expect(parseDatabaseUrl('postgres://u:own@h/d?sslmode=disable', env)).toMatchObject({
      password: 'own',
      sslMode: 'disable',
    });
  });

  it.each([
    ['postgres://h/d?sslmode=no-verify', 'sslmode'],
    ['postgres://h/d?target_session_attrs=writable', 'target_session_attrs'],
    ['postgres://h/d?connect_timeout=soon', 'connect_timeout'],
    ['postgres://h/d?sslcrl=/crl.pem', 'sslcrl'],
    ['postgres://h/d?require_auth=scram-sha-256', 'require_auth'],
    ['postgres://h/d?gssencmode=require', 'gssencmode'],
    ['postgres://h/d?channel_binding=require', 'channel_binding'],
    ['postgres://h/d?service=s', 'service'],
    ['postgres://h/d?sslcert=/c.pem', 'sslcert'],
    ['postgres://h/d?sslnegotiation=direct', 'sslnegotiation'],
    ['postgres://h/d?hostaddr=h', 'hostaddr'],
    ['postgres://h1,h2,h3/d?port=1,2', 'port'],
    ['postgres://h/d?pool_timeout=3', 'pool_timeout'],
    ['host=h dbname=d pool_timeout=3', 'pool_timeout'],
  ])('is rejected when it is %s, since %s is not supported', (text, parameter) => {
    expect(errorOf(text).message).toContain(parameter);
    expect(errorOf(text).message).not.toContain('\n');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['rollcall', 'scheme'],
    ['mysql://u:s3cret@h/d', 'scheme'],
    ['postgres:u:s3cret@h/d', '"//"'],
    ['postgres:///d', 'host is missing'],
    ['postgres://u:s3cret@/d', 'host is missing'],
    ['postgres://u:s3cret@[::1/d', 'invalid host or port'],
    ['postgres://u:s3cret@h', 'database name is missing'],
    ['postgres://u:s3cret@h/', 'database name is missing'],
    ['postgres://u:s3cret@h:0/d', 'port'],
    ['postgres://u:s3cret@h:99999/d', 'port'],
    ['postgres://u:s3cret@h:abc/d', 'port'],
    [
      'postgres://u:s3cret@h/d?sslmode=always',
      'sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full',
    ],
    ['postgres://u:s3cret@h/d?sslmode=', 'sslmode'],
    ['postgres://u:s3cret%@h/d', 'password'],
    ['postgres://u:12/s3cret@h/d', 'percent-encoded'],
    ['postgres://u:s3/cret@h/d', 'percent-encoded'],
    ['postgres://s3cret?x@h/d', 'percent-encoded'],
    ['host=h dbname=d password=12 s3cret=3', 'unsupported'],
    ['host=h dbname=d password=s3cret x', 'invalid keyword or value'],
    ['postgres://u:x@s3cret/d?y@h/d', 'percent-encoded'],
    ['postgres://u:s3cret@h/%00', 'NUL'],
  ])('is rejected when it is %j, with one line that names the %s', (text, reason) => {
    const { message } = errorOf(text);
    expect(message).toContain(reason);
    expect(message).not.toContain('\n');
    expect(message).not.toContain('s3cret');
    expect(maskDatabaseUrl(text)).toBe('postgres://(malformed)');
  });

  it('is shown without its password and parameters', () => {
    expect(maskDatabaseUrl('postgres://ada:s3cret@h:1234/d?password=s3cret')).toBe('postgres://ada:********@h:1234/d');
    expect(maskDatabaseUrl('postgres://h/d')).toBe('postgres://h:5432/d');
    expect(maskDatabaseUrl('postgres://u@[::1]/d')).toBe('postgres://u@[::1]:5432/d');
  });

  it('returns every password, and never shows one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (noise) => {
        const password = `s3cret${noise}`;
        const text = `postgres://ada:${encodeURIComponent(password)}@h/d`;
        expect(parseDatabaseUrl(text).password).toBe(password);
        expect(maskDatabaseUrl(text)).not.toContain('s3cret');
      }),
    );
  });

  it('throws no other error, and never shows the password, however malformed it is', () => {
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const text = `postgres://u:${before}s3cret${after}@h/d`;
        expect(maskDatabaseUrl(text)).not.toContain('s3cret');
        try {
          parseDatabaseUrl(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseUrlError);
          expect(String(error)).not.toContain('s3cret');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
