import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import { wrongPassword } from '../../support/accounts/fields.js';
import { loginCost, storedHash, type HashCost } from '../../support/accounts/hashing.js';
import type { RollcallWorld } from '../../support/world.js';

/** Checks what two logins cost. */
type CostCheck = (one: HashCost, other: HashCost) => void;

defineParameterType({
  name: 'hash cost',
  regexp: /the same number of password hashes|no password hash|one hash of cost \d+/,
  transformer: (text: string): CostCheck => {
    if (text === 'no password hash') {
      return (...costs) => {
        assert.deepEqual(
          costs.map(({ calls }) => calls),
          [0, 0],
        );
      };
    }
    const cost = /\d+/.exec(text)?.[0];
    if (cost === undefined) {
      return (one, other) => {
        assert.deepEqual([one.calls > 0, one.calls], [true, other.calls]);
      };
    }
    return (...costs) => {
      assert.deepEqual(
        costs.map(({ work }) => work),
        [2 ** Number(cost), 2 ** Number(cost)],
      );
    };
  },
});

When(
  '{account} logs in with {string}, and {account} with a wrong password',
  async function (this: RollcallWorld, name: string, password: string, other: string) {
    this.saved.set('costs', [await loginCost(this, name, password), await loginCost(this, other, wrongPassword)]);
  },
);

Then('both get the same 401 response', function (this: RollcallWorld) {
  const [one, other] = this.responses
    .slice(-2)
    .map((response) => ({ status: response.status, ...response.json<object>(), request_id: '' }));
  assert.deepEqual([this.response.status, one], [401, other]);
});

Then('both cost {hash cost}', function (this: RollcallWorld, check: CostCheck) {
  check(...(this.saved.get('costs') as [HashCost, HashCost]));
});

Then(
  "{account}'s password is stored with the current pepper at cost {int}",
  async function (this: RollcallWorld, name: string, cost: number) {
    const start = `^rc1\\$[0-9a-f]{12}\\$2b\\$${String(cost).padStart(2, '0')}\\$`;
    assert.match(await storedHash(this, name), new RegExp(start));
  },
);

Then(
  "{account}'s password is still stored as the imported {string} hash",
  async function (this: RollcallWorld, name: string, kind: string) {
    assert.ok((await storedHash(this, name)).startsWith(`${kind}$04$`));
  },
);

Then('{int} password(s) was/were hashed at the same time', function (this: RollcallWorld, count: number) {
  assert.deepEqual([this.response.status, this.saved.get('hashed at once')], [401, count]);
});
