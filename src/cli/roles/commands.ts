import type { Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { yesOption } from '../confirm.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import type { DeleteRoleOptions, RoleOptions } from './change.js';

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

/** Adds `rollcall roles …`. */
export const addRoles = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const roles = program.command('roles').description('manage roles and their permissions');
  roles
    .command('list')
    .description('list the roles and their permissions, newest first')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(async () => (await import('./list.js')).listRoles(environment, options)));
  roles
    .command('permissions')
    .description('list all permissions and what they allow')
    .option(...jsonOption)
    .action((options: OutputOptions) =>
      run(async () => (await import('./list.js')).listPermissions(environment, options)),
    );
  roles
    .command('create <name>')
    .description('create a role')
    .option('--description <text>', 'what the role is for')
    .option('--permission <permission>', 'a permission of the role; can be repeated', collect)
    .option(...jsonOption)
    .action((name: string, options: RoleOptions) =>
      run(async () => (await import('./change.js')).createRole(environment, name, options)),
    );
  roles
    .command('update <name>')
    .description('change a role; the given permissions replace all permissions of the role')
    .option('--name <name>', 'the new name')
    .option('--description <text>', 'what the role is for')
    .option('--permission <permission>', 'a permission of the role; can be repeated', collect)
    .option(...jsonOption)
    .action((name: string, options: RoleOptions) =>
      run(async () => (await import('./change.js')).updateRole(environment, name, options)),
    );
  roles
    .command('delete <name>')
    .description('delete a role that no account has')
    .option(...yesOption)
    .option(...jsonOption)
    .action((name: string, options: DeleteRoleOptions) =>
      run(async () => (await import('./change.js')).deleteRole(environment, name, options)),
    );
};
