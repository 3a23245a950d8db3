import { describe, expect, it } from 'vitest';
import { parseMetadata, profileChanges } from '../../console/src/screens/users/profile-changes.js';

const before = { email: 'ada@example.org', description: 'writes', current_goal: '', metadata: '{\n  "plan": "pro"\n}' };

describe('profileChanges', () => {
  it.each([
    ['nothing', {}, {}],
    ['spaces around the address', { email: ' ada@example.org ' }, {}],
    ['an address', { email: 'ada@example.com' }, { email: 'ada@example.com' }],
    ['an empty text', { description: '' }, { description: null }],
    ['another form of the same metadata', { metadata: '{"plan":"pro"}' }, {}],
    ['metadata', { metadata: '{"plan":"free"}' }, { metadata: { plan: 'free' } }],
    ['empty metadata', { metadata: ' ' }, { metadata: {} }],
  ])('contains only what was changed: %s', (_name, change, expected) => {
    expect(profileChanges(before, { ...before, ...change })).toEqual(expected);
  });
});

it.each(['plan: pro', '{"size": 1e400}', '{'])('parseMetadata rejects %s', (text) => {
  expect(parseMetadata(text)).toBeUndefined();
});
