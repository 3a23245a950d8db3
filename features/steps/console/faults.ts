import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { browserOf, pageOf } from '../../support/console/browser.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** What a proxy may send in place of the service, by its name in the features. */
const contents = {
  'an HTML page': { contentType: 'text/html', body: '<!doctype html><title>Sign on to the network</title>' },
  'broken JSON': { contentType: 'application/json', body: '{"data": [' },
  'other JSON': { contentType: 'application/json', body: '{}' },
  'an empty list': { contentType: 'application/json', body: '{"data": [], "next_cursor": null}' },
  'a failure': { status: 500, contentType: 'text/html', body: '<h1>Internal error</h1>' },
} as const;

/** Errors that the page reports, besides showing them. */
const reportedErrors = [
  'TypeError: Cannot read properties of undefined',
  'A script of the console could not be loaded',
];

Given(
  /^a proxy responds to (\w+)'s requests for "([^"]+)" with (an HTML page|broken JSON|other JSON|an empty list|a failure)$/,
  async function (this: RollcallWorld, name: string, path: string, content: keyof typeof contents) {
    const page = await pageOf(this, name);
    for (const error of reportedErrors) browserOf(this).expectError(error);
    // The page repeats failed requests after some seconds, which pass at once below.
    await page.clock.install();
    await page.route(`**${path}`, (route) => route.fulfill(contents[content]));
  },
);

When("the proxy lets {account}'s requests through again", async function (this: RollcallWorld, name: string) {
  await (await pageOf(this, name)).unrouteAll();
});

Then('{account} sees the alert {string}', async function (this: RollcallWorld, name: string, title: string) {
  const page = await pageOf(this, name);
  const alert = page.getByRole('alert').filter({ hasText: title });
  const isShown = async (): Promise<boolean> => {
    if (await alert.isVisible()) return true;
    await page.clock.runFor(1000);
    return false;
  };
  await waitUntil(`the alert ${title} is shown`, isShown, 10_000);
});

/** Number of requests that the service has counted. */
const countRequests = async (world: RollcallWorld): Promise<number> => {
  const text = await (await world.ready()).services.metrics.expose();
  const counters = [...text.matchAll(/^http_request_duration_seconds_count(?:\{[^}]*\})? (\d+)$/gm)];
  return counters.reduce((sum, [, count]) => sum + Number(count), 0);
};

Then(
  'each screen that {account} opens loads with at most {int} requests and sends at most {int} in the next five seconds',
  { timeout: 60_000 },
  async function (this: RollcallWorld, name: string, mostToLoad: number, mostAfterwards: number) {
    const page = await pageOf(this, name);
    const browser = browserOf(this);
    const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
    const counts: Record<string, readonly [number, number]> = {};
    // The menu follows the permissions, which the page has to load first.
    await browser.settled(page);
    for (const link of await links.all()) {
      const before = await countRequests(this);
      await link.click();
      await browser.settled(page);
      const loaded = await countRequests(this);
      // The timers run second by second, so that each poll receives its response before the next one, as in real time.
      for (let second = 0; second < 5; second += 1) {
        await page.clock.runFor(1000);
        await browser.settled(page);
      }
      counts[await link.innerText()] = [loaded - before, (await countRequests(this)) - loaded];
    }
    const isExcessive = ([toLoad, afterwards]: readonly [number, number]): boolean =>
      toLoad > mostToLoad || afterwards > mostAfterwards;
    assert.equal(Object.values(counts).some(isExcessive), false, JSON.stringify(counts));
    assert.ok(Object.keys(counts).length > 5, 'the screens are opened');
  },
);
