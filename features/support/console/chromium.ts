import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../tests/support/chromium.js';

/** The Chromium of one process. It is started at the first use, since that takes longer than most scenarios. */
export class SharedChromium {
  #browser: Promise<Browser> | undefined;

  /**
   * The running browser.
   * @throws Error if Chromium is not installed
   */
  browser(): Promise<Browser> {
    this.#browser ??= launchChromium();
    return this.#browser;
  }

  /** Ends the browser, if it was started. */
  async close(): Promise<void> {
    await (await this.#browser)?.close();
  }
}
