import assert from 'node:assert/strict';
import { defineParameterType, Then } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

/** Columns of audit events with the values that a step requires. */
type EventFilter = (world: RollcallWorld) => Readonly<Record<string, unknown>>;

defineParameterType({
  name: 'event filter',
  regexp: /(?: for [A-Z]\w*)?(?: by [A-Z]\w*)?(?: with the (?:result|reason) "[^"]*")?(?: for this request)?/,
  transformer: (text: string): EventFilter => {
    const [subject, actor] = [/ for ([A-Z]\w*)/.exec(text)?.[1], / by (\w+)/.exec(text)?.[1]];
    const [, field, value] = / with the (result|reason) "(.*)"/.exec(text) ?? [];
    return (world) => ({
      ...(subject !== undefined && { subject_id: world.user(subject).id ?? null }),
      ...(actor !== undefined && { actor_id: world.user(actor).id ?? null }),
      ...(field === 'result' && { result: value }),
      ...(field === 'reason' && { reason: value }),
      ...(text.endsWith(' for this request') && { request_id: world.response.requestId }),
    });
  },
});

Then(
  'the audit log has {int} {string} event(s){event filter}',
  async function (this: RollcallWorld, count: number, action: string, filter: EventFilter) {
    const { reason, ...columns } = filter(this);
    const events = this.db('audit_events').where({ action, ...columns });
    if (reason !== undefined) void events.whereRaw(`details->>'reason' = ?`, [reason as string]);
    assert.equal((await events).length, count);
  },
);
