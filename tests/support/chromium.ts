import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { installPackage } from './debian-package.js';

const executablePath = '/usr/bin/chromium';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a screen, with nothing of an earlier one in it, and how it ends. */
export const openBrowser = async (): Promise<{ context: BrowserContext; close: () => Promise<void> }> => {
  if (!existsSync(executablePath)) await installPackage('chromium');
  if (!existsSync(executablePath)) {
    throw new Error(`The pages are tested in a real browser: install Chromium at ${executablePath}.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-chromium-'));
  const context = await chromium.launchPersistentContext(folder, { executablePath, headless: true, args: quiet });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
