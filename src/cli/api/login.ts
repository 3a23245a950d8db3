import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { readCurrentPassword, readLine } from '../read-password.js';
import { credentialsOf, send, urlOfService, type ApiOptions, type ApiRequest, type TokenResponse } from './client.js';
import { deleteCredentials, readCredentials, writeCredentials } from './credentials.js';

/** Options for `login`. */
export interface LoginOptions extends ApiOptions, OutputOptions {
  readonly username?: string;
}

/**
 * `rollcall login`: logs in and stores the tokens. The password is asked for, or read from standard input.
 * @throws {CommandError} exit 1 if the login fails, 2 without a username
 */
export const login = async (
  environment: ProcessEnvironment,
  { url: given, username: name, json = false }: LoginOptions,
): Promise<number> => {
  const url = (given ?? (await urlOfService(environment))).replace(/\/+$/, '');
  if (name === undefined && environment.stdin.isTTY !== true) {
    throw new CommandError('--username is required when the password is read from standard input', exitCodes.usage, {
      code: 'usage',
    });
  }
  const username = name ?? (await readLine(environment, 'Username: '));
  const body = { username, password: await readCurrentPassword(environment) };
  const request: ApiRequest = { method: 'POST', path: '/api/v1/auth/login', body };
  const { body: tokens } = await send<TokenResponse>(url, request);
  const path = writeCredentials(environment, credentialsOf(url, tokens));
  if (json) writeData(environment, { url, username, credentials: path });
  else environment.stdout.write(`logged in to ${url} as ${username}; the tokens are in ${path}\n`);
  return exitCodes.ok;
};

/** `rollcall logout`: ends the session of the stored login, and deletes it. */
export const logout = async (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> => {
  const stored = readCredentials(environment);
  deleteCredentials(environment);
  if (stored !== undefined) {
    const request: ApiRequest = { method: 'POST', path: '/api/v1/auth/logout' };
    await send(stored.url, request, stored.accessToken).catch((error: unknown) => {
      // The session may have ended already.
      if (!(error instanceof CommandError) || error.code !== 'invalid_token') throw error;
    });
  }
  if (json) writeData(environment, { url: stored?.url ?? null });
  else environment.stdout.write(stored === undefined ? 'not logged in\n' : `logged out of ${stored.url}\n`);
  return exitCodes.ok;
};
