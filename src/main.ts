#!/usr/bin/env node
import { runProgram } from './cli/program.js';
import { removeBlankVariables } from './server/process/blank-variables.js';
import { watchOutput } from './server/process/output-errors.js';
import { exitCodes, type ProcessEnvironment } from './server/process/environment.js';
import { threadPoolSize } from './server/process/thread-pool.js';

// libuv reads the variable when something uses the pool for the first time.
const threads = threadPoolSize(process.env['UV_THREADPOOL_SIZE'], process.version);
process.env['UV_THREADPOOL_SIZE'] = String(threads);

const environment: ProcessEnvironment = {
  argv: process.argv.slice(2),
  env: removeBlankVariables(process.env),
  cwd: process.cwd(),
  pid: process.pid,
  nodeVersion: process.version,
  threadPoolSize: threads,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onSignal(signal, listener) {
    process.on(signal, listener);
    return () => {
      process.off(signal, listener);
    };
  },
};

/** A pending write to a pipe would be lost with the process; both streams are flushed first. */
const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });

const outputFailure = watchOutput(process.stdout, process.stderr);
const exitCode = await runProgram(environment);
await Promise.all([flush(process.stdout), flush(process.stderr)]);
const failure = outputFailure();
if (failure !== null) process.stderr.write(`rollcall: the output could not be written (${failure})\n`);
process.exit(failure === null ? exitCode : exitCode || exitCodes.failed);
