import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Browser, BrowserContext, Cookie, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.js';
import type { RollcallWorld } from '../world.js';
import { failedRequest, PageRecord, type PageState } from './page-record.js';
import { logInToConsole } from './session.js';

/** Milliseconds that a page may take to show something on a busy machine. */
const timeoutMs = 10_000;

/** Script that resolves after the page has rendered twice: effects of received data have sent their requests by then. */
const twoFrames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';

/** The pages of one scenario. Each user has a separate profile, so that cookies do not mix. */
export class ConsoleBrowser {
  readonly #contexts: BrowserContext[] = [];
  readonly #pages = new Map<string, Page>();
  readonly #records = new Map<Page, PageRecord>();
  readonly #errors: string[] = [];
  /** Scenarios cause failed requests on purpose. */
  readonly #expected: string[] = [failedRequest];

  constructor(private readonly browser: Browser) {}

  /** The page of a user; opened at the first call. */
  async page(name: string): Promise<Page> {
    const known = this.#pages.get(name);
    if (known !== undefined) return known;
    const context = await this.browser.newContext({
      ...{ viewport: { width: 1280, height: 800 }, colorScheme: 'light' as const, reducedMotion: 'reduce' as const },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    this.#pages.set(name, page);
    this.#watch(page, `Page of ${name}`);
    return page;
  }

  /** Another tab of a user, with the same cookies. */
  async secondTab(name: string): Promise<Page> {
    const page = await (await this.page(name)).context().newPage();
    this.#watch(page, `Another tab of ${name}`);
    return page;
  }

  /** Allows errors that contain a text, which the scenario causes on purpose. */
  expectError(text: string): void {
    this.#expected.push(text);
  }

  /** Waits until a page has loaded everything: no request is under way, and nothing that it received causes another one. */
  async settled(page: Page): Promise<void> {
    const record = this.#records.get(page);
    if (record === undefined) return;
    const isSettled = async (): Promise<boolean> => {
      const before = record.sent.length;
      await page.evaluate(twoFrames);
      if (record.open > 0 || record.sent.length > before) return false;
      return (await page.locator('[aria-label=Loading]').count()) === 0;
    };
    await waitUntil('the page has loaded', isSettled, timeoutMs);
  }

  /** What the open pages show, for the report of a failure. */
  states(): Promise<PageState[]> {
    const open = [...this.#records.values()].filter(({ page }) => !page.isClosed());
    return Promise.all(open.map((record) => record.state()));
  }

  /** Whether a page has reported an error that was not expected. */
  get hasErrors(): boolean {
    return this.#errors.length > 0;
  }

  /** Closes the pages, and fails if a page has reported an error or violated the content security policy. */
  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    assert.deepEqual(this.#errors, []);
  }

  #watch(page: Page, title: string): void {
    page.setDefaultTimeout(timeoutMs);
    const record = new PageRecord(page, title, (message) => {
      if (!this.#expected.some((expected) => message.includes(expected))) this.#errors.push(message);
    });
    this.#records.set(page, record);
  }
}

/** The pages of a scenario; undefined if it has opened none. */
export const openedBrowserOf = (world: RollcallWorld): ConsoleBrowser | undefined =>
  world.saved.get('browser') as ConsoleBrowser | undefined;

/** The pages of a scenario with the tag @browser. */
export const browserOf = (world: RollcallWorld): ConsoleBrowser => {
  const known = openedBrowserOf(world);
  if (known !== undefined) return known;
  const browser = new ConsoleBrowser(world.saved.get('chromium') as Browser);
  world.saved.set('browser', browser);
  return browser;
};

/** The page of a user. */
export const pageOf = async (world: RollcallWorld, name: string): Promise<Page> => browserOf(world).page(name);

/** The text that the clipboard contains. */
export const clipboardOf = (page: Page): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');

/** Shows another address of the console, such as `users?q=ada`, without loading the page again, as a link does. */
export const showAddress = async (page: Page, address: string): Promise<void> => {
  const path = JSON.stringify(`/console/${address}`);
  await page.evaluate(`history.pushState(null, '', ${path}); dispatchEvent(new PopStateEvent('popstate'))`);
};

/** Fills in the login form of a page. */
export const fillLogin = async (page: Page, username: string, password: string): Promise<void> => {
  await page.getByLabel('Username or email address').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
};

/** A cookie as a response sets it, for the browser. */
const toCookie = (url: string, header: string): Cookie => {
  const [pair = '', ...attributes] = header.split('; ');
  const [name = '', value = ''] = pair.split('=');
  const valueOf = (attribute: string): string | undefined =>
    attributes.find((each) => each.startsWith(`${attribute}=`))?.slice(attribute.length + 1);
  return {
    ...{ name, value, domain: new URL(url).hostname, path: valueOf('Path') ?? '/' },
    ...{
      httpOnly: attributes.includes('HttpOnly'),
      secure: attributes.includes('Secure'),
      sameSite: 'Strict' as const,
    },
    expires: Math.floor(Date.now() / 1000) + Number(valueOf('Max-Age') ?? 0),
  };
};

/** Opens the console for a user who has logged in earlier: with the cookies of a session that the API has started. */
export const openConsole = async (world: RollcallWorld, name: string): Promise<Page> => {
  const page = await pageOf(world, name);
  const { url } = await world.ready();
  const response = await logInToConsole(world, name);
  assert.equal(response.status, 200, response.text);
  await page.context().addCookies(response.headers.getSetCookie().map((header) => toCookie(url, header)));
  await page.goto(`${url}/console`);
  await page.getByRole('button', { name: `Account of ${world.user(name).username}` }).waitFor();
  return page;
};

/** A rule of axe that a page violates, and where. */
interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * All rules of axe; details are collected for violations only. axe does not wait for the preview of an email: scripts
 * do not run in that frame, so it never responds.
 */
const axeRun = (options: object): string =>
  `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], pingWaitTime: 1, ...options })}).then((result) => result.violations)`;

/** The rules of axe that depend on colors. */
const colorRules = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/** Whether no color or size is changing: axe would read a value in between. */
const hasStoppedChanging = 'document.getAnimations().every((each) => !(each instanceof CSSTransition))';

/** What axe finds wrong on a page: with all rules, or only with those that depend on colors. */
export const accessibilityProblems = async (page: Page, rules: 'all' | 'colors' = 'all'): Promise<string[]> => {
  if (await page.evaluate<boolean>('globalThis.axe === undefined')) await page.evaluate(axe.source);
  await waitUntil('colors have stopped changing', () => page.evaluate<boolean>(hasStoppedChanging), timeoutMs);
  const violations = await page.evaluate<AxeViolation[]>(axeRun(rules === 'colors' ? colorRules : {}));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
};
