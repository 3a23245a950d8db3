import { consolePath, serviceUrl } from '../api/base';
import { problemOf, toProblem, unreadable, type Problem } from '../api/problem';
import { send } from '../api/send';
import { hasSession, sessionMark } from './session-cookie';

/** Tokens of a session, as the server sends them. */
interface SessionBody {
  readonly access_token: string;
  readonly expires_in: number;
  readonly idle_timeout: number;
  readonly user: { readonly id: string; readonly username: string };
}

/** What the page knows about its session. `expired`: it has ended while the page was open. */
export type SessionState =
  | { readonly status: 'loading'; readonly problem?: Problem }
  | { readonly status: 'anonymous' }
  | { readonly status: 'active' | 'expired'; readonly userId: string; readonly username: string };

interface Tokens {
  readonly body: SessionBody;
  /** When they were received, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** Value of the cookie that the server set with them. It tells whether another tab has received later ones. */
  readonly mark: string | undefined;
}

/** A message from one tab to the others. */
type TabMessage =
  | { readonly type: 'tokens'; readonly tokens: Tokens }
  | { readonly type: 'activity'; readonly at: number }
  | { readonly type: 'ended'; readonly reason: 'logout' | 'expired' };

/** A token is replaced this long before it expires, in milliseconds. */
const marginMs = 20_000;

/** Pause before another attempt to continue a session, in milliseconds. */
const retryMs = 1_500;

/** How long a tab waits for the tokens that another tab has received, in milliseconds. That tab may have been closed. */
const tokensMs = 1_000;

/** Names the channel and the lock of the tabs of this console; another one may have the same origin. */
const sharedName = `rollcall ${consolePath}`;

/** The access token is in memory only; the refresh token is in a cookie that scripts cannot read. */
class ConsoleSession {
  #state: SessionState = { status: 'loading' };
  #tokens: Tokens | null = null;
  #lastActivity = Date.now();
  #refreshing: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #tabs = new BroadcastChannel(sharedName);

  constructor() {
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      if (data.type === 'tokens') this.#receive(data.tokens);
      else if (data.type === 'activity') this.#lastActivity = Math.max(this.#lastActivity, data.at);
      else this.#end(data.reason);
    });
    for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
      addEventListener(event, this.#noteActivity, { passive: true, capture: true });
    }
    setInterval(this.#check, 5000);
    document.addEventListener('visibilitychange', this.#check);
  }

  /** The current state; the same object until it changes. */
  readonly snapshot = (): SessionState => this.#state;

  /** Calls a function after each change of the state; returns a function that removes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Continues the session of the cookie, if there is one. */
  async resume(): Promise<void> {
    while (this.#state.status === 'loading' && hasSession()) {
      try {
        await this.#refresh();
      } catch (error) {
        const problem = toProblem(error);
        if (isEnd(problem)) break;
        // The service is restarting or overloaded: the session may still be valid.
        this.#set({ status: 'loading', problem });
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    if (this.#state.status === 'loading') this.#set({ status: 'anonymous' });
  }

  /** @throws {Problem} */
  async logIn(username: string, password: string): Promise<void> {
    const body = await request<SessionBody>('POST', '', { username, password });
    this.#lastActivity = Date.now();
    this.#share(body);
  }

  /** Ends the session in all tabs. */
  async logOut(): Promise<void> {
    try {
      await request('DELETE', '');
    } finally {
      this.#tabs.postMessage({ type: 'ended', reason: 'logout' } satisfies TabMessage);
      this.#end('logout');
    }
  }

  /** The access token, refreshed if it is about to expire; null without a session. */
  async accessToken(): Promise<string | null> {
    if (this.#tokens === null) return null;
    const { body, receivedAt } = this.#tokens;
    if (Date.now() < receivedAt + body.expires_in * 1000 - marginMs) return body.access_token;
    try {
      await this.#refresh();
    } catch {
      // The request will fail with 401, or work with the token that is still valid.
    }
    return this.#currentToken();
  }

  /** A new access token after one was rejected, because its signing key was deleted; null if the session has ended. */
  async renewedToken(): Promise<string | null> {
    try {
      await this.#refresh();
    } catch {
      return null;
    }
    return this.#currentToken();
  }

  /** The access token at this moment; a refresh replaces or removes it. */
  #currentToken(): string | null {
    return this.#tokens?.body.access_token ?? null;
  }

  /** Only one tab refreshes at a time; the others get its tokens. */
  async #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const before = this.#tokens;
    await navigator.locks.request(sharedName, async () => {
      // While this tab waited for the lock, another one may have refreshed, and its message may not have arrived yet.
      if (this.#tokens !== null && this.#tokens.mark !== sessionMark()) await this.#nextTokens();
      if (this.#tokens !== before) return;
      try {
        this.#share(await request<SessionBody>('POST', '/refresh'));
      } catch (error) {
        if (isEnd(toProblem(error))) {
          this.#tabs.postMessage({ type: 'ended', reason: 'expired' } satisfies TabMessage);
          this.#end('expired');
        }
        throw error;
      }
    });
  }

  /** Resolves when another tab has sent tokens or the end of the session, or after a timeout. */
  async #nextTokens(): Promise<void> {
    const listening = new AbortController();
    await new Promise<void>((resolve) => {
      const onMessage = ({ data }: MessageEvent<TabMessage>): void => {
        if (data.type !== 'activity') resolve();
      };
      this.#tabs.addEventListener('message', onMessage, { signal: listening.signal });
      setTimeout(resolve, tokensMs);
    });
    listening.abort();
  }

  /** Ends an idle session; the page stays behind the login dialog. */
  async #expire(): Promise<void> {
    this.#tabs.postMessage({ type: 'ended', reason: 'expired' } satisfies TabMessage);
    this.#end('expired');
    await request('DELETE', '').catch(() => undefined);
  }

  #share(body: SessionBody): void {
    const tokens: Tokens = { body, receivedAt: Date.now(), mark: sessionMark() };
    this.#receive(tokens);
    this.#tabs.postMessage({ type: 'tokens', tokens } satisfies TabMessage);
  }

  #receive(tokens: Tokens): void {
    this.#tokens = tokens;
    const { id: userId, username } = tokens.body.user;
    if (this.#state.status === 'active' && this.#state.userId === userId) return;
    this.#set({ status: 'active', userId, username });
  }

  /** After an expiry, the page stays: what was typed into forms is kept until the person logs in again. */
  #end(reason: 'logout' | 'expired'): void {
    this.#tokens = null;
    const state = this.#state;
    if (reason === 'expired' && 'userId' in state) this.#set({ ...state, status: 'expired' });
    else this.#set({ status: 'anonymous' });
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  readonly #noteActivity = (): void => {
    const now = Date.now();
    if (now - this.#lastActivity < 1000) return;
    this.#lastActivity = now;
    this.#tabs.postMessage({ type: 'activity', at: now } satisfies TabMessage);
  };

  /** Ends the session after a time without activity, and keeps it alive while it is in use. */
  readonly #check = (): void => {
    if (this.#tokens === null || this.#state.status !== 'active') return;
    const { body, receivedAt } = this.#tokens;
    const idleMs = body.idle_timeout * 1000;
    if (Date.now() - this.#lastActivity > idleMs) {
      void this.#expire();
      return;
    }
    const isUsed = this.#lastActivity > receivedAt;
    if (isUsed && Date.now() - receivedAt > idleMs / 4) void this.#refresh().catch(() => undefined);
  };
}

/** Whether an error means that the session has ended. Other errors, such as a lost connection, are temporary. */
const isEnd = ({ status }: Problem): boolean => status === 401 || status === 403 || status === 404;

const request = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const response = await send(`${serviceUrl}/console/session${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  if (response.status === 204) return undefined as T;
  const content: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response, content);
  if (typeof content !== 'object' || content === null || !('access_token' in content)) throw unreadable();
  return content as T;
};

/** The session of this browser. */
export const session = new ConsoleSession();
