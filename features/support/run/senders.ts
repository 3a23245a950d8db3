import type { TestUser } from '../accounts/test-user.js';
import type { Exchange } from './exchange.js';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const jsonOf = (text: string | Buffer | undefined): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
};

/** The values of request headers with this name. */
const headerOf = ({ request }: Exchange, name: string): string | undefined =>
  request.headers.find(([each]) => each.toLowerCase() === name)?.[1];

const cookieForm = /rollcall_console=([^;\s]+)/;

/** Names who sent a request, by the credentials that earlier responses have issued. */
export class Senders {
  readonly #owners = new Map<string, string>();

  /** @param users the users of the scenario */
  constructor(users: Iterable<TestUser>) {
    for (const { name, username, email, id } of users) {
      for (const value of [username, email, id]) if (value !== undefined) this.#owners.set(value.toLowerCase(), name);
    }
  }

  /** The sender of the next exchange, oldest first. */
  next(exchange: Exchange): string {
    const sender = this.#senderOf(exchange);
    this.#learn(exchange);
    return sender;
  }

  #senderOf(exchange: Exchange): string {
    if (exchange.as !== undefined) return exchange.as;
    const token = headerOf(exchange, 'authorization')?.replace(/^\S+\s+/, '');
    const credential = token ?? cookieForm.exec(headerOf(exchange, 'cookie') ?? '')?.[1];
    if (credential !== undefined) return this.#owners.get(credential) ?? 'unknown credentials';
    const subject = this.#subjectOf(exchange);
    return subject === undefined ? 'anonymous' : `anonymous, for ${subject}`;
  }

  /** The user that the body of a request names. */
  #subjectOf({ request }: Exchange): string | undefined {
    const body = jsonOf(request.body);
    if (!isRecord(body)) return undefined;
    return ['username', 'email', 'refresh_token']
      .map((key) => body[key])
      .map((value) => (typeof value === 'string' ? this.#ownerOf(value) : undefined))
      .find((name) => name !== undefined);
  }

  #ownerOf(value: string): string | undefined {
    return this.#owners.get(value) ?? this.#owners.get(value.toLowerCase());
  }

  #learn(exchange: Exchange): void {
    const { response } = exchange;
    if (response === undefined) return;
    const body = isRecord(response.body) ? response.body : {};
    const user = isRecord(body['user']) ? body['user']['username'] : undefined;
    const owner =
      (typeof user === 'string' ? this.#ownerOf(user) : undefined) ?? exchange.as ?? this.#subjectOf(exchange);
    if (owner === undefined) return;
    const cookie = cookieForm.exec(response.headers.getSetCookie().join('; '))?.[1];
    for (const value of [body['access_token'], body['refresh_token'], cookie]) {
      if (typeof value === 'string') this.#owners.set(value, owner);
    }
  }
}
