import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

interface Page {
  readonly data: readonly { readonly id: string; readonly created_at: string }[];
  readonly next_cursor: string | null;
}

/** Returns the query of a page when the step runs. */
type PageQuery = (world: RollcallWorld) => string;

defineParameterType({
  name: 'page query',
  regexp: /(?: with "[^"]*"| with the cursor of this page)?/,
  transformer:
    (text: string): PageQuery =>
    (world) => {
      if (text === '') return '';
      if (text.endsWith('"')) return `?${text.slice(' with "'.length, -1)}`;
      const cursor = world.response.json<Page>().next_cursor;
      assert.ok(cursor !== null);
      return `?cursor=${encodeURIComponent(cursor)}`;
    },
});

defineParameterType({
  name: 'while growing',
  regexp: /(?:, while new greetings are added)?/,
  transformer: (text: string) => text !== '',
});

When(
  '{account} lists her {word}{page query}',
  async function (this: RollcallWorld, name: string, list: string, query: PageQuery) {
    await this.send('GET', `/api/v1/users/me/${list}${query(this)}`, { as: name });
  },
);

When(
  '{account} pages through her {word}, {int} at a time{while growing}',
  async function (this: RollcallWorld, name: string, list: string, limit: number, isGrowing: boolean) {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const response = await this.send('GET', `/api/v1/users/me/${list}?limit=${limit}${query}`, { as: name });
      assert.equal(response.status, 200, response.text);
      const page = response.json<Page>();
      assert.ok(page.data.length <= limit);
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
      if (isGrowing) await this.send('GET', '/api/v1/greet', { as: name });
    }
    this.saved.set('ids', ids);
  },
);

Then('each of the {int} entries is listed once, newest first', function (this: RollcallWorld, count: number) {
  const ids = this.saved.get('ids') as string[];
  assert.ok(this.response.status === 200);
  assert.deepEqual([ids.length, new Set(ids).size], [count, count]);
  assert.deepEqual(ids, [...ids].sort().reverse());
});

Then(
  'the page has {int} entry/entries and {word} next page',
  function (this: RollcallWorld, count: number, next: string) {
    const page = this.response.json<Page>();
    assert.deepEqual([page.data.length, page.next_cursor !== null], [count, next === 'a'], this.response.text);
  },
);

type Row = Readonly<Record<string, unknown>>;

/** The members by which steps name an entry, for each list. */
const listed: Readonly<Record<string, (row: Row) => unknown>> = {
  emails: ({ state, kind, recipient }) => [state, kind, 'to', recipient ?? 'nobody'].join(' '),
  events: (row) => row['action'],
  files: (row) => row['name'],
  revisions: (row) => row['revision'],
  roles: (row) => row['name'],
  users: (row) => row['username'],
};

Then(
  /^the listed (\w+) are "([^"]*)"(?:, newest first)?$/,
  function (this: RollcallWorld, list: string, names: string) {
    const nameOf = listed[list];
    assert.ok(nameOf, list);
    const rows =
      list === 'revisions' ? (this.saved.get('revisions') as Row[]) : this.response.json<{ data: Row[] }>().data;
    const found = rows.map((row) => String(nameOf(row)));
    assert.deepEqual(list === 'roles' ? found.sort() : found, names.split(', ').filter(Boolean), this.response.text);
  },
);
