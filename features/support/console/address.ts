import type { RollcallWorld } from '../world.js';

/**
 * An address of the console, with the ID of an account in place of `{id of Ada}`, or of the latest event in place of
 * `{event user.blocked}`.
 */
export const resolveAddress = async (world: RollcallWorld, address: string): Promise<string> => {
  const [placeholder = '', kind, name = ''] = /\{(id of|event) ([\w.]+)\}/.exec(address) ?? [];
  if (kind === undefined) return address;
  if (kind === 'id of') return address.replace(placeholder, world.user(name).id ?? '');
  const events = world.db('audit_events').where({ action: name }).orderBy('id', 'desc');
  const event = await events.first<{ id: string } | undefined>();
  if (event === undefined) throw new Error(`there is no event ${name}`);
  return address.replace(placeholder, event.id);
};
