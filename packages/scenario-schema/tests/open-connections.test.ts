import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OpenConnections } from '../src/open-connections.js';

describe('a process with many pools', () => {
  it('is not warned by Node.js about the listeners of its clients', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listener);
    onTestFinished(() => void process.off('warning', listener));
    const followers = Array.from({ length: 12 }, () => new OpenConnections());
    await expect(new pg.Client({ host: '127.0.0.1', port: 1 }).connect()).rejects.toThrow('ECONNREFUSED');
    for (const follower of followers.toReversed()) follower.stop();
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});
