import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import { parse } from 'yaml';
import { invalidFile, invalidFilePattern } from '../../support/config/invalid-file.js';
import type { ApiResponse, RollcallWorld } from '../../support/world.js';
import { reloadErrorsOf } from './status.js';

interface ConfigError {
  readonly key: string | null;
  readonly file: string | null;
  readonly code: string;
  readonly message?: string;
  readonly suggestion?: string;
}

defineParameterType({ name: 'config change', regexp: /dry run|revision/, transformer: (kind: string) => kind });
defineParameterType({ name: 'invalid file', regexp: invalidFilePattern, transformer: invalidFile });

const validate = (world: RollcallWorld, as: string, body: unknown): Promise<ApiResponse> =>
  world.send('POST', '/api/v1/admin/config/validate', { as, body });

/** The errors of a rejected configuration, or those of the last reload. */
const errorsOf = ({ response }: RollcallWorld): readonly ConfigError[] => {
  if (response.status === 422) return response.json<{ errors: ConfigError[] }>().errors;
  assert.equal(response.status, 200, response.text);
  return response.json<{ last_error: { errors: ConfigError[] } | null }>().last_error?.errors ?? [];
};

When('{account} validates the settings {}', async function (this: RollcallWorld, as: string, text: string) {
  await validate(this, as, { settings: parse(text) as unknown });
});

When('{account} validates the changes {}', async function (this: RollcallWorld, as: string, text: string) {
  await validate(this, as, { changes: parse(text) as unknown });
});

When('{account} validates the document:', async function (this: RollcallWorld, as: string, document: string) {
  await validate(this, as, { document });
});

When(
  '{account} validates a document with {invalid file}',
  async function (this: RollcallWorld, as: string, content: string | Buffer) {
    await validate(this, as, { document: content.toString() });
  },
);

When('{account} validates {int} nested settings', async function (this: RollcallWorld, as: string, depth: number) {
  const settings = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  await this.send('POST', '/api/v1/admin/config/validate', { as, rawBody: `{"settings":${settings}}` });
});

Then(
  'the configuration error is {word} for {word} in {word}',
  function (this: RollcallWorld, code: string, key: string, file: string) {
    const errors = errorsOf(this).map((error) => `${error.code} ${error.key ?? '-'} ${error.file ?? '-'}`);
    assert.deepEqual(errors, [`${code} ${key} ${file.replaceAll('_', ' ')}`], this.response.text);
  },
);

Then(
  /^the (reload|configuration) error (suggests|message is|message contains) "(.*)"$/,
  async function (this: RollcallWorld, source: string, check: string, expected: string) {
    const errors = source === 'reload' ? await reloadErrorsOf(this) : errorsOf(this);
    const found = errors.map(({ message, suggestion }) => (check === 'suggests' ? suggestion : message));
    if (check === 'message contains') {
      assert.ok(found.length > 0 && found.every((text) => text?.includes(expected)), found.join('; '));
    } else assert.deepEqual(found, [expected]);
  },
);
