import type { SendOptions } from '../world.js';
import type { OutgoingRequest } from './http-client.js';

/** Headers and body as they are sent; an empty value removes a default header. */
export const toRequest = ({
  bearer,
  body,
  rawBody,
  headers = {},
  rawHeaders = [],
  clientIp,
}: Omit<SendOptions, 'as' | 'token'> & { bearer?: string }): Pick<OutgoingRequest, 'headers' | 'body'> => {
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const given = new Set(
    [...Object.keys(headers), ...rawHeaders.map(([name]) => name)].map((name) => name.toLowerCase()),
  );
  const defaults: [string, string][] = [
    ...(text === undefined ? [] : [['Content-Type', 'application/json'] satisfies [string, string]]),
    ...(bearer === undefined ? [] : [['Authorization', `Bearer ${bearer}`] satisfies [string, string]]),
    ...(clientIp === undefined ? [] : [['X-Forwarded-For', clientIp] satisfies [string, string]]),
  ];
  return {
    headers: [
      ...defaults.filter(([name]) => !given.has(name.toLowerCase())),
      ...Object.entries(headers).filter(([, value]) => value !== ''),
      ...rawHeaders,
    ],
    ...(text !== undefined && { body: text }),
  };
};
