import type { ConsoleSession } from '../../../src/contract/operator-console.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

const cookieForm = /^rollcall_console=(?<value>[^;]*)/;

/** The attributes of the cookie that the last response sets; undefined if it sets none. */
export const consoleCookie = ({ headers }: ApiResponse): string | undefined =>
  headers.getSetCookie().find((cookie) => cookieForm.test(cookie));

/** The value of the console cookie of a user, as the browser keeps it. */
export const cookieOf = (world: RollcallWorld, name: string): string =>
  world.saved.get(`console cookie of ${name}`) as string;

/** The access token of a console session. */
export const consoleTokenOf = (world: RollcallWorld, name: string): string =>
  world.saved.get(`console token of ${name}`) as string;

/** Keeps what a response sets, as a browser does. */
const keep = (world: RollcallWorld, name: string, response: ApiResponse): void => {
  const value = cookieForm.exec(consoleCookie(response) ?? '')?.groups?.['value'];
  if (value !== undefined) world.saved.set(`console cookie of ${name}`, value);
  if (response.status === 200) {
    world.saved.set(`console token of ${name}`, response.json<ConsoleSession>().access_token);
  }
};

/** Sends a request of the page of the console. */
export const sendFromConsole = async (
  world: RollcallWorld,
  name: string,
  [method, path]: readonly [string, string],
  { origin, cookie, ...options }: SendOptions & { readonly origin?: string; readonly cookie?: string } = {},
): Promise<ApiResponse> => {
  const sentOrigin = origin ?? (await world.ready()).url;
  const value = cookie ?? cookieOf(world, name);
  const headers = { ...(sentOrigin !== '' && { Origin: sentOrigin }), Cookie: `rollcall_console=${value}` };
  const response = await world.send(method, path, { ...options, headers });
  keep(world, name, response);
  return response;
};

/** Logs a user in to the console. */
export const logInToConsole = (
  world: RollcallWorld,
  name: string,
  { origin, password = world.user(name).password }: { readonly origin?: string; readonly password?: string } = {},
): Promise<ApiResponse> => {
  const body = { username: world.user(name).username, password };
  return sendFromConsole(world, name, ['POST', '/console/session'], {
    ...{ body, cookie: '' },
    ...(origin !== undefined && { origin }),
  });
};
