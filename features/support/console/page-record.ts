import type { Page } from 'playwright-core';
import { masked } from '../run/scenario-report.js';

/** How long to wait for each part of a page's state, in milliseconds; a page with an endless script never responds. */
const stateTimeoutMs = 2_000;

/** The number of events of a page that are kept. */
const keptEvents = 40;

/** Resources of the page itself, which are shown only if they fail. */
const ownResources: ReadonlySet<string> = new Set(['script', 'stylesheet', 'font', 'image']);

/** The message of Chromium about a failed request, which is already listed as a response. */
export const failedRequest = 'Failed to load resource';

const passwordFields = /^((?: *- |Focus: )textbox "[^"]*password[^"]*"[^:\n]*: ).+$/gim;

/** What a page looked like when a step failed. */
export interface PageState {
  readonly text: string;
  /** PNG, absent if the page does not respond. */
  readonly screenshot?: Buffer;
}

/** The requests of a page and what its scripts have reported. */
export class PageRecord {
  /** Method and path of each request, without the query. */
  readonly sent: string[] = [];
  /** Number of requests without a response. */
  open = 0;
  readonly #events: string[] = [];

  /**
   * @param title whose page it is
   * @param onError called with the message of each error that the page reports
   */
  constructor(
    readonly page: Page,
    private readonly title: string,
    onError: (message: string) => void,
  ) {
    page.on('request', (request) => {
      this.sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
      this.open += 1;
    });
    page.on('requestfinished', () => {
      this.open -= 1;
    });
    page.on('requestfailed', (request) => {
      this.open -= 1;
      this.#add(`${request.method()} ${request.url()} failed: ${request.failure()?.errorText ?? 'unknown reason'}`);
    });
    page.on('response', (response) => {
      const request = response.request();
      if (response.status() < 400 && ownResources.has(request.resourceType())) return;
      this.#add(`${request.method()} ${response.url()} -> ${String(response.status())}`);
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#add(`shows ${frame.url()}`);
    });
    page.on('pageerror', (error) => {
      this.#add(`error: ${error.message}`);
      onError(error.message);
    });
    page.on('console', (message) => {
      if (!message.text().startsWith(failedRequest)) this.#add(`console.${message.type()}: ${message.text()}`);
      if (message.type() === 'error') onError(message.text());
    });
  }

  /** The accessibility tree, the focused element, the last events and a screenshot. Passwords and tokens in the text are masked. */
  async state(): Promise<PageState> {
    const { page } = this;
    const timeout = stateTimeoutMs;
    const [tree, focused, screenshot] = await Promise.all([
      page.ariaSnapshot({ timeout }).catch((error: unknown) => `This page cannot be read: ${firstLine(error)}`),
      // In another mode, Playwright waits until an element has the focus.
      page
        .locator(':focus')
        .ariaSnapshot({ mode: 'ai', depth: 1, timeout })
        .catch(() => undefined),
      page.screenshot({ timeout }).catch(() => undefined),
    ]);
    const lines = [
      `${this.title}: ${page.url()}`,
      ...(focused === undefined ? [] : [`Focus: ${withoutReferences(focused)}`]),
      ...tree.split('\n').map((line) => `  ${line}`),
      this.#events.length === 0 ? 'No events.' : 'Last events, oldest first:',
      ...this.#events.map((event) => `  ${event}`),
    ];
    const text = masked(lines.join('\n')).replaceAll(passwordFields, '$1********');
    return { text, ...(screenshot !== undefined && { screenshot }) };
  }

  #add(event: string): void {
    this.#events.push(`${new Date().toISOString().slice(11, 23)} ${event}`);
    if (this.#events.length > keptEvents) this.#events.shift();
  }
}

const firstLine = (error: unknown): string => String(error).split('\n', 1).join();

/** The element of a snapshot, without its children and the references that only tools use. */
const withoutReferences = (snapshot: string): string =>
  snapshot.replaceAll(/^- |:?(?:\n.*)?$| \[(?:active|ref=|cursor=)[^\]]*\]/gs, '');
