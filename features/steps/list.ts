import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

interface Page {
  readonly data: readonly { readonly id: string; readonly created_at: string }[];
  readonly next_cursor: string | null;
}

/** Reads a list page by page, from its beginning to its end, and gives the ids in the order they came. */
const walk = async (
  world: RollcallWorld,
  name: string,
  list: string,
  { limit, between }: { limit: number; between?: () => Promise<unknown> },
): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await world.send('GET', `/api/v1/users/me/${list}?limit=${limit}${query}`, { as: name });
    assert.equal(answer.status, 200, answer.text);
    const page = answer.json<Page>();
    assert.ok(page.data.length <= limit);
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
    await between?.();
  }
  return ids;
};

When(
  '{word} asks for the own {word} with {string}',
  async function (this: RollcallWorld, name: string, list: string, query: string) {
    await this.send('GET', `/api/v1/users/me/${list}?${query}`, { as: name });
  },
);

When(
  '{word} asks for the own {word} with the cursor of that page',
  async function (this: RollcallWorld, name: string, list: string) {
    const cursor = this.response.json<Page>().next_cursor;
    assert.ok(cursor !== null);
    await this.send('GET', `/api/v1/users/me/${list}?cursor=${encodeURIComponent(cursor)}`, { as: name });
  },
);

When(
  '{word} walks through the own {word}, {int} at a time',
  async function (this: RollcallWorld, name: string, list: string, limit: number) {
    this.saved.set('walked', await walk(this, name, list, { limit }));
  },
);

When(
  '{word} walks through the own greetings, {int} at a time, being greeted meanwhile',
  async function (this: RollcallWorld, name: string, limit: number) {
    const between = (): Promise<unknown> => this.send('GET', '/api/v1/greet', { as: name });
    this.saved.set('walked', await walk(this, name, 'greetings', { limit, between }));
  },
);

Then('each of the {int} rows has come exactly once, the newest first', function (this: RollcallWorld, count: number) {
  const ids = this.saved.get('walked') as string[];
  assert.ok(this.response.status === 200);
  assert.deepEqual([ids.length, new Set(ids).size], [count, count]);
  assert.deepEqual(ids, [...ids].sort().reverse());
});

Then('there is/are {int} row(s) on the page, and {word}', function (this: RollcallWorld, count: number, more: string) {
  const page = this.response.json<Page>();
  assert.deepEqual([page.data.length, page.next_cursor !== null], [count, more === 'more'], this.response.text);
});

Then('the refusal lists {string}', function (this: RollcallWorld, line: string) {
  const { errors } = this.response.json<{ errors: { path: string; code: string; message: string }[] }>();
  assert.deepEqual(
    errors.map(({ path, code, message }) => `${path} ${code} ${message}`),
    [line],
  );
});
