import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { When } from '@cucumber/cucumber';
import { runProgram } from '../../../src/cli/program.js';
import type { RollcallWorld } from '../../support/world.js';

When('the operator runs {string}', async function (this: RollcallWorld, command: string) {
  const { configDirectory } = await this.ready();
  let output = '';
  const stream = { write: (text: string) => (output += text) };
  const exitCode = await runProgram({
    argv: command.split(' ').slice(1),
    env: this.commandEnvironment,
    cwd: dirname(configDirectory),
    pid: process.pid,
    nodeVersion: process.version,
    stdin: Readable.from([]),
    stdout: stream,
    stderr: stream,
    onSignal: () => () => undefined,
  });
  assert.equal(exitCode, 0, output);
});
