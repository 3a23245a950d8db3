import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.js';
import { Workplace, type Ran } from '../support.js';

describe('a change whose outcome the operator must know', () => {
  /** Sets a value on a service that responds as given. */
  const set = async (respond: (response: ServerResponse) => void, ...options: string[]): Promise<Ran> => {
    const service = createServer((request, response) => {
      if (request.method === 'PATCH') respond(response);
      else response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"1"' }).end('{}');
    });
    await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
    const place = new Workplace('postgres://nobody@127.0.0.1:1/none', { ROLLCALL_TOKEN: 'token' });
    const ran = await place.run(['config', 'set', 'docs.enabled=false', '--url', url, ...options]);
    await new Promise((closed) => service.close(closed));
    place.remove();
    return ran;
  };

  it('was not made if someone else was faster', async () => {
    const problem = JSON.stringify({ code: 'precondition_failed', detail: 'The ETag has changed.' });
    const ran = await set((response) => {
      response.writeHead(412, { 'Content-Type': 'application/problem+json' }).end(problem);
    });
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr:
        'rollcall: someone else changed the configuration at the same time; nothing was changed. Check `rollcall config history`, and try again\n',
    });
  });

  it('may have been made if the response is lost', async () => {
    const ran = await set((response) => response.destroy());
    expect([ran.exitCode, ran.stderr]).toEqual([
      1,
      expect.stringMatching(/; the change may have been made\. Check `rollcall config history`\n$/),
    ]);
  });

  it('was not confirmed if there was no connection', async () => {
    const place = new Workplace('postgres://nobody@127.0.0.1:1/none', { ROLLCALL_TOKEN: 'token' });
    const { stderr } = await place.run([
      'config',
      'confirm',
      '7',
      '--url',
      `http://127.0.0.1:${String(await freePort())}`,
    ]);
    place.remove();
    expect(stderr).toMatch(/^rollcall: the service is not reachable at .*ECONNREFUSED.*\n$/);
    expect(stderr).not.toContain('may have been');
  });

  it('refers to `config scheduled` if it was to be scheduled', async () => {
    const { stderr } = await set((response) => response.destroy(), '--at', '2099-01-01T00:00:00Z');
    expect(stderr).toMatch(/Check `rollcall config scheduled`\n$/);
  });
});
