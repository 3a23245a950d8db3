import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../../tests/support/wait-until.js';
import type { ConfigPatch, ConfigPatchScheduled } from '../../src/contract/config-overrides.js';
import type { ConfigView } from '../../src/contract/config.js';
import { withDatabase } from '../bench/user-database.js';
import { HttpClient } from '../bench/http-client.js';
import type { Fleet, JsonResponse, Member } from './fleet.js';
import { settingsOf, valueIn, type Readers } from './readers.js';

/** How long after its deadline an unconfirmed change may still be active: 1 s and one heartbeat, in milliseconds. */
export const lateMs = 1_500;

/** The lease of an instance, which is the longest time that a hung instance delays a change, in milliseconds. */
const leaseMs = 2_000;

/** How often a change is sent if it is rejected because the machine is busy. */
const slowAttempts = 3;

const config = '/api/v1/admin/config';

/** One run of the schedule, and what is active now. */
export interface Run {
  readonly fleet: Fleet;
  readonly readers: Readers;
  readonly databaseUrl: string;
  /** A random item, by the seed. */
  readonly pick: <T>(items: readonly T[]) => T;
  /** The value that no change can revert any more. */
  settled: number;
  /** The value that was used last. */
  last: number;
}

/** A fault, and what must be true afterwards. Returns what was measured. */
export interface Fault {
  readonly name: string;
  /** Minimum number of instances. */
  readonly instances?: number;
  run(run: Run): Promise<string>;
}

interface Tried {
  readonly value: number;
  readonly revision: number;
  readonly confirmByMs: number;
  readonly ms: number;
}

const read = async (fleet: Fleet, member: Member): Promise<{ readonly etag: string; readonly body: ConfigView }> => {
  const { headers, body } = await fleet.expect<ConfigView>(200, member, { path: config });
  return { etag: headers.etag ?? '', body };
};

/** The body of a response to a change: the fields of a success and of a problem. */
type Changed = ConfigPatch &
  ConfigPatchScheduled & { readonly code: string; readonly errors: { readonly code: string }[] };

const patch = async (fleet: Fleet, member: Member, body: object): Promise<JsonResponse<Changed>> => {
  for (let attempt = 1; ; attempt += 1) {
    const { etag } = await read(fleet, member);
    const request = { method: 'PATCH', path: config, body, headers: { 'If-Match': etag } };
    const response = await fleet.send<Changed>(member, request);
    // On a busy machine, the database may take longer than the time limit, and an instance may follow later than its lease.
    if (![412, 503].includes(response.status) || attempt === slowAttempts) return response;
  }
};

/** The value that an instance uses for a new request. */
const valueOn = async (member: Member): Promise<number | null> => {
  const client = new HttpClient(member.service?.url ?? '', 1);
  try {
    return valueIn(await client.expect(200, { path: '/api/v1/greet?name=Bob' }));
  } finally {
    client.close();
  }
};

const expectOnAll = async (fleet: Fleet, value: number): Promise<void> => {
  for (const member of fleet.live) assert.equal(await valueOn(member), value, member.name);
};

/** Sets the next value, and checks that all instances use it when the response arrives. */
const set = async (run: Run, member: Member, options: object = {}): Promise<Tried> => {
  run.last += 1;
  const startedAt = performance.now();
  const { status, body } = await patch(run.fleet, member, { changes: settingsOf(run.last), ...options });
  const ms = performance.now() - startedAt;
  assert.equal(status, 200, JSON.stringify(body));
  const confirmByMs = Date.parse(String(body.pending_confirmation?.confirm_by));
  if (Number.isNaN(confirmByMs)) run.settled = run.last;
  return { value: run.last, revision: body.revision ?? 0, confirmByMs, ms };
};

const events = (run: Run, action: string, about: object): Promise<number> =>
  withDatabase(run.databaseUrl, async ({ knex }) => {
    const rows = await knex('audit_events')
      .where({ action })
      .whereRaw('details @> ?::jsonb', [JSON.stringify(about)]);
    return rows.length;
  });

/** Checks that all instances stop using a value in time. Returns how long after the deadline it was last used. */
const expectGone = async ({ fleet, readers, settled }: Run, { value, confirmByMs }: Tried): Promise<string> => {
  await pause(Math.max(0, confirmByMs + lateMs - Date.now()));
  await waitUntil('the earlier value is active', async () => {
    const values = await Promise.all(fleet.live.map(valueOn));
    return values.every((each) => each === settled);
  });
  const latest = Math.max(...fleet.members.map((member) => readers.lastSeen(member, value))) - confirmByMs;
  // An instance that cannot respond for some time cannot revert in this time either.
  assert.ok(latest <= lateMs + readers.slowestMs, `seen ${latest} ms after confirm_by`);
  return latest < 0 ? 'gone in time' : `gone ${latest} ms after confirm_by`;
};

const expectRevertedOnce = async (run: Run, { revision }: Tried, reason = 'unconfirmed'): Promise<void> => {
  await waitUntil(
    'the revert is recorded',
    async () => (await events(run, 'config.reverted', { reverted: revision, reason })) > 0,
  );
  assert.equal(await events(run, 'config.reverted', { reverted: revision }), 1, 'recorded once');
};

const restartAll = async (fleet: Fleet, whileDown: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
  for (const member of fleet.live) await fleet.kill(member);
  await whileDown();
  for (const member of fleet.members) await fleet.start(member);
};

const cutWithin = async (run: Run, members: readonly Member[]): Promise<string> => {
  const tried = await set(run, run.pick(run.fleet.live), { confirm_within: '2s' });
  for (const member of members) await run.fleet.cut(member, true);
  const gone = await expectGone(run, tried);
  for (const member of members) await run.fleet.cut(member, false);
  for (const member of members) await run.fleet.waitForDatabase(member);
  await expectRevertedOnce(run, tried);
  await expectOnAll(run.fleet, run.settled);
  return gone;
};

/** The schedule is a random order of these. */
export const faults: readonly Fault[] = [
  {
    name: 'a change is confirmed on another instance, and stays over restarts of all',
    async run(run) {
      const { fleet, pick } = run;
      const { value, revision, ms } = await set(run, pick(fleet.live), { confirm_within: '60s' });
      await expectOnAll(fleet, value);
      const body = { revision };
      await fleet.expect(200, pick(fleet.live), { method: 'POST', path: `${config}/confirm`, body });
      run.settled = value;
      await restartAll(fleet);
      await expectOnAll(fleet, value);
      const again = { method: 'POST', path: `${config}/confirm`, body };
      assert.equal((await fleet.expect<{ code: string }>(409, fleet.first, again)).body.code, 'nothing_to_confirm');
      return `response after ${Math.round(ms)} ms`;
    },
  },
  {
    name: 'a change is not confirmed',
    async run(run) {
      const tried = await set(run, run.pick(run.fleet.live), { confirm_within: '1s' });
      const gone = await expectGone(run, tried);
      await expectRevertedOnce(run, tried);
      return gone;
    },
  },
  {
    name: 'the instance that applied the change is killed, and starts after the time limit',
    async run(run) {
      const { fleet, pick } = run;
      const member = pick(fleet.live);
      const tried = await set(run, member, { confirm_within: '2s' });
      await fleet.kill(member);
      const gone = await expectGone(run, tried);
      await fleet.start(member);
      await expectOnAll(fleet, run.settled);
      await expectRevertedOnce(run, tried);
      return gone;
    },
  },
  {
    name: 'the instance that applied the change is killed, and starts within the time limit',
    async run(run) {
      const { fleet, pick } = run;
      const member = pick(fleet.live);
      const tried = await set(run, member, { confirm_within: '20s' });
      await fleet.kill(member);
      await fleet.start(member);
      const { body } = await read(fleet, member);
      const isWithin = Date.now() < tried.confirmByMs;
      if (isWithin) assert.equal(body.pending_confirmation?.revision, tried.revision);
      const gone = await expectGone(run, tried);
      await expectRevertedOnce(run, tried);
      return `restarted ${isWithin ? 'in time' : 'too late on this machine'}, and ${gone}`;
    },
  },
  {
    name: 'one instance loses the database within the time limit',
    run: (run) => cutWithin(run, [run.pick(run.fleet.live)]),
  },
  {
    name: 'all instances lose the database within the time limit',
    run: (run) => cutWithin(run, run.fleet.live),
  },
  {
    name: 'an instance without the database reverts what was confirmed, and applies it again',
    instances: 2,
    async run(run) {
      const { fleet } = run;
      const [cut, other] = fleet.live as [Member, Member];
      const { value, revision, confirmByMs } = await set(run, other, { confirm_within: '4s' });
      await fleet.cut(cut, true);
      await fleet.expect(200, other, { method: 'POST', path: `${config}/confirm`, body: { revision } });
      await waitUntil('the instance reverts', async () => (await valueOn(cut)) === run.settled);
      const late = Date.now() - confirmByMs;
      run.settled = value;
      await fleet.cut(cut, false);
      await waitUntil('the instance applies the change', async () => (await valueOn(cut)) === value);
      await expectOnAll(fleet, value);
      assert.equal(await events(run, 'config.reverted', { reverted: revision }), 0);
      return `reverted ${late} ms after confirm_by`;
    },
  },
  {
    name: 'an instance hangs',
    instances: 2,
    async run(run) {
      const { fleet } = run;
      const [hung, other] = fleet.live as [Member, Member];
      await hung.service?.signal('SIGSTOP');
      try {
        const { ms } = await set(run, other);
        assert.ok(ms <= leaseMs + 1_000, `the change took ${Math.round(ms)} ms`);
        await hung.service?.signal('SIGCONT');
        const resumedAt = performance.now();
        await waitUntil('it follows', async () => (await valueOn(hung)) === run.settled);
        return `response after ${Math.round(ms)} ms, followed ${Math.round(performance.now() - resumedAt)} ms after it went on`;
      } finally {
        await hung.service?.signal('SIGCONT');
      }
    },
  },
];

/** For the faults in other files. */
export { config, events, expectGone, expectOnAll, expectRevertedOnce, patch, read, restartAll, set };
