import type { Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';

/** Adds `rollcall status` and `rollcall doctor`. */
export const addService = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  program
    .command('status')
    .description(
      'show the state of the running service: readiness, configuration, instances; exit 3 if it needs attention',
    )
    .option(...jsonOption)
    .action((options: OutputOptions) => run(async () => (await import('./status.js')).status(environment, options)));
  program
    .command('doctor')
    .description('check the database, schema, secrets, clock, mail, file permissions and disk; exit 3 if a check fails')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(async () => (await import('./doctor.js')).doctor(environment, options)));
};
