import { RoleBody, RolePatch } from '../../contract/role.js';
import { checkValue, type SchemaOf } from '../../contract/issues.js';
import type { Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import type { Role } from '../../models/roles/role.js';
import * as roles from '../../models/roles/role-management.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { assertConfirmed, type ConfirmOptions } from '../confirm.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall roles create` and `rollcall roles update`. */
export interface RoleOptions extends OutputOptions {
  /** The new name, for `update`. */
  readonly name?: string;
  readonly description?: string;
  readonly permission?: readonly string[];
}

/** Options of `rollcall roles delete`. */
export type DeleteRoleOptions = OutputOptions & ConfirmOptions;

/** @throws {CommandError} that lists everything that is invalid */
const parse = <T>(schema: SchemaOf<T>, value: unknown): T => {
  const result = checkValue(schema, value);
  if (result.success) return result.data;
  const messages = result.errors.map(({ path, message }) => `${path.slice(1)} ${message}`);
  throw new CommandError(messages.join('; '), undefined, { code: 'usage' });
};

const changeOf = ({ name, description, permission }: RoleOptions): Record<string, unknown> => ({
  ...(name !== undefined && { name }),
  ...(description !== undefined && { description }),
  ...(permission !== undefined && { permissions: permission }),
});

/** Runs a change of a role in a transaction, and prints the role. */
const change = (
  environment: ProcessEnvironment,
  { json }: OutputOptions,
  verb: string,
  work: (trx: Transaction) => Promise<Role>,
): Promise<number> =>
  withDatabase(environment, async (_core, { db }) => {
    try {
      const role = await db.transaction(work);
      if (json === true) writeData(environment, role.toPublic());
      else environment.stdout.write(`role ${role.name} ${verb}\n`);
      return exitCodes.ok;
    } catch (error) {
      if (error instanceof AppError) throw new CommandError(error.detail, undefined, { code: error.code });
      throw error;
    }
  });

/**
 * `rollcall roles create <name>`: creates a role.
 * @throws {CommandError} for invalid values, or a name that exists
 */
export const createRole = (environment: ProcessEnvironment, name: string, options: RoleOptions): Promise<number> => {
  const body = parse(RoleBody, { ...changeOf(options), name });
  return change(environment, options, 'created', (trx) => roles.createRole(trx, cliActor(environment), body));
};

/**
 * `rollcall roles update <name>`: changes a role, for all users who hold it.
 * @throws {CommandError} for invalid values, an unknown or a built-in role
 */
export const updateRole = (environment: ProcessEnvironment, name: string, options: RoleOptions): Promise<number> => {
  const body = parse(RolePatch, changeOf(options));
  return change(environment, options, 'updated', (trx) =>
    roles.updateRole(trx, cliActor(environment), name, { change: body, assertPreconditions: () => undefined }),
  );
};

/**
 * `rollcall roles delete <name>`: deletes a role that no account has.
 * @throws {CommandError} for an unknown or a built-in role, one that is in use, or without confirmation
 */
export const deleteRole = async (
  environment: ProcessEnvironment,
  name: string,
  { json, ...options }: DeleteRoleOptions,
): Promise<number> => {
  await assertConfirmed(environment, `Delete the role ${name}?`, options);
  return withDatabase(environment, async (_core, { db }) => {
    try {
      await db.transaction((trx) => roles.deleteRole(trx, cliActor(environment), name, () => undefined));
    } catch (error) {
      if (error instanceof AppError) throw new CommandError(error.detail, undefined, { code: error.code });
      throw error;
    }
    if (json === true) writeData(environment, { deleted: name });
    else environment.stdout.write(`role ${name} deleted\n`);
    return exitCodes.ok;
  });
};
