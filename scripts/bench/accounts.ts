import { randomBytes } from 'node:crypto';
import { HttpClient } from './http-client.js';

/** An account created by the benchmark. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Registers accounts through the API. */
export const registerAccounts = async (url: string, count: number): Promise<Account[]> => {
  const client = new HttpClient(url, count);
  const register = async (): Promise<Account> => {
    const account = {
      username: `bench-${randomBytes(6).toString('hex')}`,
      password: randomBytes(15).toString('base64'),
    };
    await client.expect(201, { method: 'POST', path: '/api/v1/auth/register', body: account });
    return account;
  };
  try {
    return await Promise.all(Array.from({ length: count }, register));
  } finally {
    client.close();
  }
};

/**
 * Logs in to each account.
 * @param each logins per account
 * @returns the access tokens, one per session
 */
export const openSessions = async (url: string, accounts: readonly Account[], each: number): Promise<string[]> => {
  const client = new HttpClient(url, accounts.length * each);
  const login = async (account: Account): Promise<string> => {
    const { text } = await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: account });
    return (JSON.parse(text) as { access_token: string }).access_token;
  };
  try {
    return await Promise.all(accounts.flatMap((account) => Array.from({ length: each }, () => login(account))));
  } finally {
    client.close();
  }
};
