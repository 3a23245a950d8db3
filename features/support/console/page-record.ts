import type { Page } from 'playwright-core';
import { masked } from '../run/scenario-report.js';

/** Milliseconds that a page may take to show its state; a page whose script never ends does not respond. */
const stateTimeoutMs = 2_000;

/** The number of events of a page that are shown. */
const shownEvents = 40;

/** Resources of the page itself, which are shown only if they fail. */
const ownResources: ReadonlySet<string> = new Set(['script', 'stylesheet', 'font', 'image']);

/** What a page looked like when a step failed. */
export interface PageState {
  readonly text: string;
  /** PNG, absent if the page does not respond. */
  readonly screenshot?: Buffer;
}

/** The requests of a page and what its scripts have reported. */
export class PageRecord {
  /** `GET /path` of each request, without the query. */
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
      if (response.ok() && ownResources.has(request.resourceType())) return;
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
      this.#add(`console.${message.type()}: ${message.text()}`);
      if (message.type() === 'error') onError(message.text());
    });
  }

  /** The accessibility tree with the focused element, the last events and a screenshot; tokens in addresses are masked. */
  async state(): Promise<PageState> {
    const timeout = stateTimeoutMs;
    const tree = await this.page
      .ariaSnapshot({ timeout })
      .catch(() => `The page did not respond within ${String(timeout)} ms.`);
    // Without this mode, Playwright waits until an element has the focus.
    const focused = await this.page
      .locator(':focus')
      .ariaSnapshot({ mode: 'ai', depth: 1, timeout })
      .catch(() => 'nothing');
    const screenshot = await this.page.screenshot({ timeout }).catch(() => undefined);
    const events = this.#events.slice(-shownEvents);
    const lines = [
      `${this.title}: ${this.page.url()}`,
      `Focus: ${focused.replace(/^- |\n.*| \[(?:active|ref=|cursor=)[^\]]*\]/gs, '')}`,
      ...tree.split('\n').map((line) => `  ${line}`),
      events.length === 0 ? 'No event.' : 'Last events, oldest first:',
      ...events.map((event) => `  ${event}`),
    ];
    return { text: masked(lines.join('\n')), ...(screenshot !== undefined && { screenshot }) };
  }

  #add(event: string): void {
    this.#events.push(`${new Date().toISOString().slice(11, 23)} ${event}`);
  }
}
