import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { badFile } from './bad-file.js';

const path = '/api/v1/admin/config/validate';

/** One change as it is told, and as a story writes it. */
const change = (key: string, from: string, to: string): object => ({
  key,
  from: parse(from) as unknown,
  to: parse(to) as unknown,
});

const validate = (world: RollcallWorld, who: string, body: unknown): Promise<ApiResponse> =>
  world.send('POST', path, { as: who, body });

When('{word} asks what these settings would do: {}', async function (this: RollcallWorld, who: string, text: string) {
  await validate(this, who, { settings: parse(text) as unknown });
});

When('{word} asks what this document would do:', async function (this: RollcallWorld, who: string, text: string) {
  await validate(this, who, { document: text });
});

When(
  '{word} asks what a document would do with {bad file}',
  async function (this: RollcallWorld, who: string, kind: string) {
    await validate(this, who, { document: badFile(kind).toString() });
  },
);

When('{word} asks for a judgement with {string}', async function (this: RollcallWorld, who: string, body: string) {
  await this.send('POST', path, { as: who, rawBody: body });
});

When(
  '{word} asks what {int} nested settings would do',
  async function (this: RollcallWorld, who: string, depth: number) {
    const settings = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    await this.send('POST', path, { as: who, rawBody: `{"settings":${settings}}` });
  },
);

Then('they would change {word} from {} to {}', function (this: RollcallWorld, key: string, from: string, to: string) {
  const { valid, changes } = this.response.json<{ valid: boolean; changes: unknown[] }>();
  assert.deepEqual([valid, changes], [true, [change(key, from, to)]], this.response.text);
});

Then('{word} of it would wait for a restart', function (this: RollcallWorld, key: string) {
  assert.deepEqual(this.response.json<{ pending_restart: string[] }>().pending_restart, [key]);
});

Then(
  'it is refused as a configuration, since {word} of {word} is {word}',
  function (this: RollcallWorld, key: string, file: string, code: string) {
    const { status, errors } = this.response.json<{ status: number; errors: { key: string | null }[] }>();
    const faults = (errors as { key: string | null; file: string | null; code: string }[]).map(
      (fault) => `${fault.key ?? '-'} ${fault.file ?? '-'} ${fault.code}`,
    );
    assert.deepEqual([status, faults], [422, [`${key} ${file.replaceAll('_', ' ')} ${code}`]], this.response.text);
  },
);

Then('it suggests {string}', function (this: RollcallWorld, suggestion: string) {
  const { errors } = this.response.json<{ errors: { suggestion?: string }[] }>();
  assert.deepEqual(
    errors.map((error) => error.suggestion),
    [suggestion],
  );
});
