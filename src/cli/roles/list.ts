import { permissionMeanings, permissions } from '../../contract/permission.js';
import { Role } from '../../models/roles/role.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeList, type ListLayout } from '../list.js';
import { writeData, type OutputOptions } from '../output.js';
import { partsOf } from '../paging.js';
import { table } from '../terminal.js';
import { withDatabase } from '../with-database.js';

const layout: ListLayout<Role> = {
  titles: ['NAME', 'BUILT-IN', 'PERMISSIONS', 'DESCRIPTION'],
  cells: ({ name, builtin, permissions: granted, description }) => [
    ...[name, builtin ? 'yes' : 'no', granted.join(',') || '-', description || '-'],
  ],
  toJson: (role) => role.toPublic(),
  empty: 'no roles found',
};

/** `rollcall roles list`: prints all roles with their permissions, newest first. */
export const listRoles = (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> =>
  withDatabase(environment, async (_core, { db }) => {
    const parts = partsOf({ all: true }, {}, (request) => db.read((reader) => Role.page(reader, request)));
    await writeList(environment, json, layout, parts);
    return exitCodes.ok;
  });

/** `rollcall roles permissions`: prints every permission and what it allows. */
export const listPermissions = async (
  environment: ProcessEnvironment,
  { json = false }: OutputOptions,
): Promise<number> => {
  const data = permissions.map((name) => ({ name, description: permissionMeanings[name] }));
  const rows = data.map(({ name, description }) => [name, description]);
  if (json) writeData(environment, data);
  else environment.stdout.write(table(environment, ['PERMISSION', 'ALLOWS TO'], rows).text);
  return exitCodes.ok;
};
