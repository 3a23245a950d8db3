import { join } from 'node:path';
import { startProxy, type Proxy } from '../../tests/support/tcp-proxy.js';
import { waitUntil } from '../../tests/support/wait-until.js';
import { HttpClient, type HttpResponse, type RequestOptions } from '../bench/http-client.js';
import { startService, type Service } from '../bench/service.js';

/** The first administrator. */
export const administrator = { username: 'root', password: 'correct horse battery staple' } as const;

/** An instance of the service, with its own connection to the database. */
export interface Member {
  readonly name: string;
  readonly proxy: Proxy;
  /** Null while it is down. */
  service: Service | null;
  /** Increases whenever it goes down. */
  runs: number;
  /** Whether its connection to the database is cut. */
  isCut: boolean;
}

/** Options for `Fleet`. */
export interface FleetOptions {
  readonly projectRoot: string;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly count: number;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A response with its JSON body. */
export interface JsonResponse<T> extends Omit<HttpResponse, 'text'> {
  readonly body: T;
}

/** Instances on one database, as an operator sees them. */
export class Fleet {
  #token = '';

  private constructor(
    readonly members: readonly Member[],
    private readonly options: FleetOptions,
  ) {}

  /** Starts the instances one after the other, and logs in. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const members: Member[] = [];
    for (let count = 1; count <= options.count; count += 1) {
      const proxy = await startProxy(options.databaseUrl);
      members.push({ name: `instance ${count}`, proxy, service: null, runs: 0, isCut: false });
    }
    const fleet = new Fleet(members, options);
    for (const member of members) await fleet.start(member);
    const login = { method: 'POST', path: '/api/v1/auth/login', body: administrator };
    fleet.#token = (await fleet.expect<{ access_token: string }>(200, fleet.first, login)).body.access_token;
    return fleet;
  }

  /** The access token of the administrator. */
  get token(): string {
    return this.#token;
  }

  /** The instances that are up. */
  get live(): readonly Member[] {
    return this.members.filter(({ service }) => service !== null);
  }

  /** The first instance that is up. */
  get first(): Member {
    const [first] = this.live;
    if (first === undefined) throw new Error('no instance is up');
    return first;
  }

  /** Starts an instance, and waits until it is ready. */
  async start(member: Member): Promise<void> {
    const { projectRoot, folder, secrets } = this.options;
    member.service = await startService({
      ...{ projectRoot, folder: join(folder, member.name), databaseUrl: member.proxy.url, nodeFlags: [] },
      env: {
        ...secrets,
        ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
        ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
        // The load has one address, and shows the settings by the headers of a limit that it never reaches.
        ROLLCALL_RATE_LIMIT_ENABLED: 'true',
        ROLLCALL_RATE_LIMIT_GLOBAL_POINTS: '10000000',
        ROLLCALL_SERVER_DRAIN_DELAY: '0s',
      },
    });
  }

  /** Ends an instance without a shutdown. */
  async kill(member: Member): Promise<void> {
    const { service } = member;
    member.service = null;
    member.runs += 1;
    await service?.signal('SIGKILL');
  }

  /** Cuts or restores the connection of an instance to the database. */
  async cut(member: Member, isCut: boolean): Promise<void> {
    member.isCut = isCut;
    await (isCut ? member.proxy.down() : member.proxy.up());
  }

  /** Sends one request as the administrator; `T` is the body of the response. */
  async send<T>(member: Member, options: RequestOptions): Promise<JsonResponse<T>> {
    const client = new HttpClient(member.service?.url ?? 'http://127.0.0.1:1', 1);
    try {
      const { text, ...response } = await client.send({ token: this.#token, ...options });
      return { ...response, body: (text === '' ? null : JSON.parse(text)) as T };
    } finally {
      client.close();
    }
  }

  /** Like `send`. @throws {Error} if the response has another status */
  async expect<T>(status: number, member: Member, options: RequestOptions): Promise<JsonResponse<T>> {
    const response = await this.send<T>(member, options);
    if (response.status === status) return response;
    const { method = 'GET', path } = options;
    throw new Error(`${method} ${path} on ${member.name}: ${response.status} ${JSON.stringify(response.body)}`);
  }

  /** Waits until an instance has its connection to the database again. */
  async waitForDatabase(member: Member): Promise<void> {
    await waitUntil(`${member.name} is ready`, async () => {
      const { status } = await this.send(member, { path: '/api/ready' }).catch(() => ({ status: 0 }));
      return status === 200;
    });
  }

  /** Stops all instances. */
  async stop(): Promise<void> {
    for (const member of this.live) {
      const { service } = member;
      member.service = null;
      member.runs += 1;
      await service?.stop();
    }
    for (const { proxy } of this.members) await proxy.close();
  }
}
