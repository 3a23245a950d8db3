import assert from 'node:assert/strict';
import { defineParameterType, Then } from '@cucumber/cucumber';
import { parseSecret, secretPattern, type Secret } from '../../support/observability/secret.js';
import { parseTextSource, textSourcePattern, type TextSource } from '../../support/observability/text-source.js';
import type { RollcallWorld } from '../../support/world.js';

defineParameterType({ name: 'text source', regexp: textSourcePattern, transformer: parseTextSource });
defineParameterType({ name: 'secret', regexp: secretPattern, transformer: parseSecret, useForSnippets: false });

Then(
  '{text source} does/do not contain {secret}',
  async function (this: RollcallWorld, source: TextSource, secret: Secret) {
    const text = await source(this);
    const patterns = await secret(this);
    assert.ok(text.length > 2 && patterns.length > 0, text);
    for (const pattern of patterns) {
      const isContained = typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
      assert.ok(!isContained, `${String(pattern)} in ${text}`);
    }
  },
);
