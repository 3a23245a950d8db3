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
  it('is taken apart and decoded', () => {
    const text = 'postgresql://ad%40a:p%2Fw%23@db.example:6432/roll%20call?sslmode=verify-full&sslrootcert=/ca.pem';
    expect(parseDatabaseUrl(text)).toEqual({
      host: 'db.example',
      port: 6432,
      database: 'roll call',
      user: 'ad@a',
      password: 'p/w#',
      sslMode: 'verify-full',
      sslRootCertificate: '/ca.pem',
      options: undefined,
      applicationName: undefined,
    });
  });

  it('has defaults for what it leaves out', () => {
    const parts = parseDatabaseUrl('postgres://localhost/rollcall');
    expect(parts).toMatchObject({ port: 5432, user: undefined, password: undefined, sslMode: 'disable' });
  });

  it('may name an IPv6 address or a Unix socket', () => {
    expect(parseDatabaseUrl('postgres://u@[::1]:5432/d').host).toBe('::1');
    expect(parseDatabaseUrl('postgres:///d?host=/var/run/postgresql').host).toBe('/var/run/postgresql');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['rollcall', 'scheme'],
    ['mysql://u:s3cret@h/d', 'scheme'],
    ['postgres:u:s3cret@h/d', '"//"'],
    ['postgres:///d', 'no host'],
    ['postgres://u:s3cret@/d', 'malformed'],
    ['postgres://u:s3cret@h', 'no database'],
    ['postgres://u:s3cret@h/', 'no database'],
    ['postgres://u:s3cret@h:0/d', 'port'],
    ['postgres://u:s3cret@h:99999/d', 'port'],
    ['postgres://u:s3cret@h:abc/d', 'port'],
    ['postgres://u:s3cret@h1,h2/d', 'several hosts'],
    ['postgres://u:s3cret@h/d?sslmode=prefer', 'sslmode must be one of disable, require, verify-ca, verify-full'],
    ['postgres://u:s3cret@h/d?sslmode=', 'sslmode'],
    ['postgres://u:s3cret%@h/d', 'password'],
    ['postgres://u:12/s3cret@h/d', 'percent-encoded'],
    ['postgres://u:s3/cret@h/d', 'percent-encoded'],
    ['postgres://u:s3cret#x@h/d', '"#"'],
    ['postgres://u:12?s3cret@h/d', 'percent-encoded'],
    ['postgres://u:x@s3cret/d?y@h/d', 'percent-encoded'],
    ['postgres://u:s3cret@h/%00', 'NUL'],
  ])('is refused when it is %j, with one line that names the %s', (text, reason) => {
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

  it('gives back every password, and never shows one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (noise) => {
        const password = `s3cret${noise}`;
        const text = `postgres://ada:${encodeURIComponent(password)}@h/d`;
        expect(parseDatabaseUrl(text).password).toBe(password);
        expect(maskDatabaseUrl(text)).not.toContain('s3cret');
      }),
    );
  });

  it('never throws anything else, and never shows the password, however badly it is written', () => {
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
