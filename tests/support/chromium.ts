import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { installPackage } from './debian-package.js';

/** The headless shell needs less than half the CPU time of the full browser, which also renders its toolbar without a screen. */
const headlessShell = '/usr/bin/chromium-headless-shell';
const executables = [headlessShell, '/usr/bin/chromium'];

/** Options of Chromium that need no privileges, no display and no network. */
const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const findChromium = (): string | undefined => executables.find((path) => existsSync(path));

/** Installs Chromium, unless it is present or cannot be installed: {@link launchChromium} reports that. */
export const ensureChromium = async (): Promise<void> => {
  if (!existsSync(headlessShell)) await installPackage('chromium-headless-shell');
  if (findChromium() === undefined) await installPackage('chromium');
};

/**
 * The path of Chromium: of its headless shell, or else of the full browser.
 * @throws Error if neither is installed
 */
const chromiumPath = (): string => {
  const path = findChromium();
  if (path === undefined) {
    throw new Error(`The pages are tested in Chromium: install it at ${executables.join(' or ')}.`);
  }
  return path;
};

/**
 * Starts Chromium without a screen.
 * @throws Error if it is not installed
 */
export const launchChromium = async (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs });

/** A browser without a screen, with nothing of an earlier one in it, and how it ends. */
export const openBrowser = async (): Promise<{ context: BrowserContext; close: () => Promise<void> }> => {
  await ensureChromium();
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-chromium-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    args: chromiumArgs,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
