import { closest } from 'fastest-levenshtein';
import { checkValue, type SchemaOf } from '../contract/issues.js';
import { Email, Username } from '../contract/user.js';
import type { Transaction } from '../database/database.js';
import { AppError } from '../errors/app-error.js';
import { User } from '../models/accounts/user.js';
import { handleEmailChange } from '../models/accounts/verified-email.js';
import { systemActor } from '../models/actor.js';
import { AuditEvent } from '../models/audit/audit-event.js';
import { assertCanAssignRoles } from '../models/roles/user-roles.js';
import { Role } from '../models/roles/role.js';
import type { Services } from '../services.js';
import { requireKnownOptions } from './option-names.js';
import type { NewPerson, People, Person, Tokens } from './types.js';

/** Long enough, not a common password, and without letters, so that it cannot contain the username. */
const defaultPassword = '3907-5518-2264-8071-4';

const options: readonly string[] = ['roles', 'verified', 'email', 'password'];

const parse = <T>(schema: SchemaOf<T>, value: T, name: string): T => {
  const result = checkValue(schema, value);
  if (result.success) return result.data;
  throw new Error(`${name} ${JSON.stringify(value)} ${result.errors.map(({ message }) => message).join('; ')}`);
};

const requireRoles = async (trx: Transaction, roles: readonly string[]): Promise<void> => {
  try {
    await assertCanAssignRoles(trx, systemActor, roles);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
    const names = (await Role.query(trx).select('name').orderBy('name')).map(({ name }) => name);
    const unknown = roles.filter((role) => !names.includes(role));
    const meant = closest(unknown[0] ?? '', names);
    throw new Error(`unknown role ${unknown.join(', ')}; did you mean ${meant}? The roles are ${names.join(', ')}.`, {
      cause: error,
    });
  }
};

/** Creates accounts with the operations of the service. */
export class Accounts implements People {
  constructor(private readonly services: Services) {}

  async create(username: string, person: NewPerson = {}): Promise<Person> {
    requireKnownOptions(person, options, 'people.create');
    const { roles = [], verified = true, password = defaultPassword } = person;
    const name = parse(Username, username, 'the username');
    const address = person.email === undefined ? `${name.toLowerCase()}@example.org` : person.email;
    const email = address === null ? null : parse(Email, address, 'the email address');
    const { config, db, passwords, clock, outboxSignal } = this.services;
    const passwordHash = await passwords.hash(password, config.current);
    const user = await db.transaction(async (trx) => {
      await requireRoles(trx, roles);
      const profile = { description: null, currentGoal: null, emailVerified: verified && email !== null };
      const created = await User.register(trx, { username: name, passwordHash, email, ...profile }, ['user', ...roles]);
      const details = { roles: created.roles };
      await AuditEvent.record(trx, 'user.created', systemActor, { subjectId: created.id, details });
      if (!created.emailVerified) await handleEmailChange(trx, null, created, { now: clock.now() });
      return created;
    });
    outboxSignal.notify();
    return { id: user.id, username: user.username, email: user.email, password, roles: user.roles };
  }
}

/** Logs an account in through the API. */
export const logIn = async (
  url: string,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<Tokens> => {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 200) return (await response.json()) as Tokens;
  const { code, detail } = (await response.json()) as { readonly code: string; readonly detail: string };
  throw new Error(`${username} cannot log in: ${String(response.status)} ${code}: ${detail}`);
};
