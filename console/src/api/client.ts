import type { components, paths } from '#api';
import createClient, { type Middleware } from 'openapi-fetch';
import { session } from '../session/session';
import { serviceUrl } from './base';
import { problemOf } from './problem';
import { send } from './send';

/** The schemas of the API document by name. */
export type Schemas = components['schemas'];

/** Copies of requests under way, for a repeat with a new token; the body of a request can be sent only once. */
const repeats = new Map<string, Request>();

const authorize = (request: Request, token: string | null): Request => {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
};

const isRejectedToken = ({ status, headers }: Response): boolean =>
  status === 401 && headers.get('WWW-Authenticate')?.includes('invalid_token') === true;

/** Sends the access token, and repeats a request once with a new one if it was rejected. */
const authentication: Middleware = {
  async onRequest({ request, id }) {
    const authorized = authorize(request, await session.accessToken());
    repeats.set(id, authorized.clone());
    return authorized;
  },
  async onResponse({ response, id }) {
    const repeat = repeats.get(id);
    repeats.delete(id);
    if (repeat === undefined || !isRejectedToken(response)) return undefined;
    const token = await session.renewedToken();
    return token === null ? undefined : send(authorize(repeat, token));
  },
  onError({ id }) {
    repeats.delete(id);
  },
};

/** The client of the API, typed by its document. */
export const api = createClient<paths>({ baseUrl: serviceUrl, fetch: send });
api.use(authentication);

/** What a call of the client resolves to. */
interface Result<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of a successful response.
 * @throws {Problem} for any other response
 */
export const unwrap = async <T>(call: Promise<Result<T>>): Promise<T> => {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response, error);
  return data as T;
};
