/**
 * `npm run console:screenshots [-- folder]`: starts the built service on a new database, fills it with sample data, and
 * photographs each screen of the operator console in light and dark, for a desktop and for a phone. The images are written
 * to reports/console by default.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../tests/support/chromium.js';
import { seed } from './sample-data.js';

const folder = resolve(process.argv[2] ?? 'reports/console');
const only = process.argv[3];
const administrator = { username: 'root', password: 'seven lanterns over the quiet bay' };

const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 360, height: 780 } } as const;

const scratch = mkdtempSync(join(tmpdir(), 'rollcall-screenshots-'));
const configDirectory = join(scratch, 'config');
cpSync('config', configDirectory, { recursive: true });
writeFileSync(
  join(configDirectory, 'local.yaml'),
  'features: {newCheckout: true, darkMode: false}\nrateLimit: {global: {points: 100000}, login: {points: 40}, register: {points: 1000}}\n',
);

const service = spawn(process.execPath, [resolve('dist/src/main.js'), 'serve'], {
  cwd: scratch,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    ...{ PORT: '0', ROLLCALL_METRICS_PORT: '0', ROLLCALL_CONFIG_DIR: configDirectory },
    ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
    ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
  },
});

/** The URL of the service, from its first log line. */
const listening = (): Promise<string> =>
  new Promise((done, fail) => {
    service.once('exit', () => {
      fail(new Error('the service did not start'));
    });
    createInterface(service.stdout).on('line', (line) => {
      const entry = JSON.parse(line) as { msg?: string; url?: string };
      if (entry.msg === 'listening' && entry.url !== undefined) done(entry.url);
    });
  });

const logIn = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/console`);
  await page.getByLabel('Username or email address').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
};

/** Puts a change into the draft and opens its review. */
const openReview = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/console/configuration?q=rateLimit&key=rateLimit.register.points`);
  await page.getByLabel('New value').fill('500');
  await page.getByRole('button', { name: 'Add to draft' }).click();
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Review changes' });
  await dialog.getByLabel('Reason').fill('Import of the accounts of a partner');
  await dialog.getByRole('combobox', { name: 'Confirmation' }).click();
  await page.getByRole('option', { name: 'Within 10 minutes' }).click();
};

const photograph = async (url: string, paths: ReadonlyMap<string, string>): Promise<void> => {
  const browser = await launchChromium();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [size, viewport] of Object.entries(sizes)) {
        const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') process.stderr.write(`${message.text()}\n`);
        });
        await page.goto(`${url}/console`);
        await page.getByRole('heading', { name: 'Operator console' }).waitFor();
        await page.screenshot({ path: join(folder, `login-${size}-${colorScheme}.png`) });
        await logIn(page, url);
        for (const [name, path] of paths) {
          if (only !== undefined && !name.startsWith(only)) continue;
          await page.goto(`${url}/console/${path}`);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await page.waitForLoadState('networkidle');
          await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' });
          await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
        }
        if (only === undefined || 'review'.startsWith(only)) {
          await openReview(page, url);
          await page.screenshot({ path: join(folder, `review-${size}-${colorScheme}.png`) });
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
};

try {
  mkdirSync(folder, { recursive: true });
  const url = await listening();
  await photograph(url, await seed(url, administrator));
  console.log(`screenshots are in ${folder}`);
} finally {
  const stopped = new Promise((done) => service.once('exit', done));
  service.kill('SIGTERM');
  await stopped;
  rmSync(scratch, { recursive: true, force: true });
}
