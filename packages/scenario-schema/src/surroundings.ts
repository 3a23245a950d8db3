import type pg from 'pg';
import type { Blueprint } from './blueprint.js';
import {
  clusterHashesSql,
  clusterItemsSql,
  differingStatements,
  isClusterWide,
  readOtherClients,
  readServerPrivileges,
  type OtherClients,
} from './cluster.js';
import { firstRow } from './connection.js';
import { messageOf, type Leak } from './errors.js';
import { quoted } from './names.js';
import type { OwnConnection } from './own-connection.js';
import type { OpenRun } from './run.js';
import { withoutPasswords, type Statements } from './statements.js';
import { readNextTransaction, readSystemChanges } from './schema/system-objects.js';
import { hashFunctionSql, itemsSql, watchedSql, type Item, type Watched } from './surroundings-sql.js';

/** Detects changes in the database outside of the schemas of the kit. */
export class Surroundings {
  #items = new Map<string, Item>();
  /** The first transaction after the expected state. */
  #since = '';
  /** Whether something in the database was changed that could not be restored. A new database then replaces it. */
  isDamaged = false;
  private readonly prefix: string;
  /** The database of this process if it is for this process only. */
  private readonly ownDatabase: string | undefined;
  private readonly user: string;
  /** The expected hash of the surroundings. */
  hash = '';

  /** The function that returns the current hash. */
  readonly hashFunction: string;

  constructor(
    private readonly connection: OwnConnection,
    { kit, prefix }: Pick<Blueprint, 'kit' | 'prefix'>,
    private readonly run: Pick<OpenRun, 'worker' | 'isOwnServer' | 'isAlone' | 'databaseUrl'>,
    private readonly statements: Statements,
  ) {
    this.prefix = prefix;
    const { pathname, username } = new URL(run.databaseUrl);
    this.ownDatabase = run.isAlone ? `database ${decodeURIComponent(pathname.slice(1))}` : undefined;
    this.user = decodeURIComponent(username);
    this.hashFunction = `${quoted(kit)}.${quoted(`surroundings_${run.worker}`)}`;
  }

  private get client(): pg.Client {
    return this.connection.client;
  }

  /** Makes the current state the expected one. */
  async accept(): Promise<void> {
    await this.#accept(await this.#read());
  }

  async #accept(items: Map<string, Item>): Promise<void> {
    this.#items = items;
    const watched = firstRow(await this.client.query<Watched>(watchedSql(this.prefix)));
    const cluster = clusterHashesSql(this.prefix, await readServerPrivileges(this.client));
    await this.client.query(hashFunctionSql(this.hashFunction, this.prefix, watched, cluster));
    this.hash = await this.currentHash();
    this.#since = await readNextTransaction(this.client);
  }

  /** Called when the database is a new one. */
  async acceptNew(): Promise<void> {
    this.isDamaged = false;
    await this.accept();
  }

  /**
   * Whether something has changed outside of the schemas of the kit.
   * @param hash the current hash
   */
  async isChanged(hash: string): Promise<boolean> {
    return hash !== this.hash || (await this.#systemChanges()).length > 0;
  }

  /** Changes of PostgreSQL's own schemas, which the hash does not cover. */
  async #systemChanges(): Promise<readonly Item[]> {
    return this.statements.mayHaveChangedSystem ? readSystemChanges(this.client, this.#since) : [];
  }

  /** The hash of the current state. */
  async currentHash(): Promise<string> {
    return firstRow(await this.client.query<{ hash: string }>(`SELECT ${this.hashFunction}() AS hash`)).hash;
  }

  /**
   * Names what was created, changed and dropped since, and removes or restores it where that is possible. What another client
   * may have done is left to that client, unless a statement of this process mentions it.
   */
  async restore(): Promise<Leak[]> {
    const others = await readOtherClients(this.client);
    const [now, unclaimed] = await this.#readClaimed(others);
    const leaks: Leak[] = [];
    const repairs: (readonly [Pick<Item, 'kind' | 'name'>, string])[] = [];
    for (const [name, item] of now) {
      const known = this.#items.get(name);
      if (known === undefined && !name.startsWith('rows in ')) {
        leaks.push(this.#leak(item, name.startsWith('ALTER ') ? name : `${name} created`));
        if (item.undo !== null) repairs.push([item, item.undo]);
      } else if (known !== undefined && known.version !== item.version) {
        leaks.push(this.#leak(item, `${name} changed`));
        if (name.startsWith('rows in ') && known.version === '0') {
          repairs.push([item, name.replace('rows in table', 'DELETE FROM')]);
        } else if (known.redo === null) this.#noteDamage(known);
        else repairs.push(...differingStatements(known.redo, item.redo).map((sql) => [item, sql] as const));
      }
    }
    for (const [name, item] of this.#items) {
      if (now.has(name)) continue;
      const redo = item.kind === 'role' ? null : item.redo;
      if (!name.startsWith('rows in ')) {
        const dropped = redo === null && isClusterWide(item.kind, name) ? 'dropped and not restored' : 'dropped';
        leaks.push(this.#leak(item, `${name} ${name.startsWith('ALTER ') ? 'reset' : dropped}`));
      }
      if (redo === null) this.#noteDamage(item);
      else repairs.push([item, redo]);
    }
    for (const item of await this.#systemChanges()) {
      leaks.push(this.#leak(item, `${item.name} ${item.version}`));
      if (item.undo === null) this.isDamaged = true;
      else repairs.push([item, item.undo]);
    }
    if (leaks.some(({ kind }) => kind === 'system setting')) {
      repairs.push([{ kind: 'system setting', name: '' }, 'SELECT pg_reload_conf()']);
    }
    for (const [item, repair] of repairs) {
      await this.client.query(repair).catch(async (error: unknown) => {
        await this.client.query('ROLLBACK');
        // An object that was removed together with another one no longer exists.
        if (messageOf(error).includes('does not exist')) return;
        this.#noteDamage(item);
        leaks.push({ kind: 'not removed', message: `"${withoutPasswords(repair)}" failed: ${messageOf(error)}` });
      });
    }
    const current = await this.#read();
    for (const [name, item] of unclaimed) {
      if (item === undefined) current.delete(name);
      else current.set(name, item);
    }
    await this.#accept(current);
    return leaks;
  }

  /** Recreating the database does not undo changes to server-wide objects. */
  #noteDamage({ kind, name }: Pick<Item, 'kind' | 'name'>): void {
    this.isDamaged ||= !isClusterWide(kind, name) || name === this.ownDatabase;
  }

  /** Forgets the statements of the scenario that has ended. */
  forgetStatements(): void {
    this.statements.clear();
  }

  /** Called before sessions are ended: a client without a listener for errors would end the process. */
  ignoreLostConnections(): void {
    this.statements.ignoreLostConnections();
  }

  /** An advisory lock with the statement that may have taken it; other leaks unchanged. */
  withLockStatement(leak: Leak): Leak {
    const statement = leak.kind === 'advisory lock' ? this.statements.find(leak.kind, '') : undefined;
    return { ...leak, ...(statement !== undefined && { statement }) };
  }

  /** A connection of the kit that this process has ended; none if another client has. */
  endedConnections(): Leak[] {
    const statement = this.statements.find('session', 'pg_terminate_backend');
    const message = 'connection of scenario-schema to the database ended';
    return statement === undefined ? [] : [{ kind: 'session', message, statement }];
  }

  /** A statement that this process has sent since the last return, and that may have changed an object of a schema, such as `column email of table users`. */
  statementOn(object: string): string | undefined {
    const parts = object.replace(/\(.*/, '').split(/ (?:of|on) /);
    const names = parts.map((part) => part.split(' ').at(-1) ?? part);
    const kind = parts.at(-1)?.split(' ')[0] ?? 'object';
    // An index is dropped without its table, and an unnamed constraint is added to its table.
    return [names, object.startsWith('index ') ? names.slice(0, 1) : names.slice(-1)]
      .map((mentioned) => this.statements.find(kind, ...mentioned))
      .find((statement) => statement !== undefined);
  }

  #leak(item: Item, message: string): Leak {
    const statement = this.#statementOf(item);
    return { kind: item.kind, message, ...(statement !== undefined && { statement }) };
  }

  /** A statement of this process that may have changed it. */
  #statementOf({ kind, name }: Item): string | undefined {
    // Names that can contain any character.
    if (['prepared transaction', 'replication slot', 'replication origin'].includes(kind)) {
      return this.statements.find(kind, name.slice(kind.length + 1));
    }
    const key = /^ALTER .*?SET (\S+?)\s*=/.exec(name)?.[1] ?? name.replace(/^membership of (\S+) in.*/, '$1');
    const mentioned = key.replace(/\(.*/, '').split(/[ .]/).at(-1)?.replaceAll('"', '') ?? key;
    const isOfUser = mentioned === this.user && ['role', 'membership'].includes(kind);
    const others = isOfUser ? ['CURRENT_USER', 'CURRENT_ROLE', 'SESSION_USER'] : [];
    return [mentioned, ...others].map((word) => this.statements.find(kind, word)).find((found) => found !== undefined);
  }

  /**
   * The current items, without the changes of other clients.
   * @returns the items, and for each name that another client has changed the item before
   */
  async #readClaimed(others: OtherClients): Promise<[Map<string, Item>, Map<string, Item | undefined>]> {
    const now = await this.#read();
    const unclaimed = new Map<string, Item | undefined>();
    for (const name of new Set([...now.keys(), ...this.#items.keys()])) {
      const [before, item] = [this.#items.get(name), now.get(name)];
      const either = item ?? before;
      if (either === undefined || before?.version === item?.version) continue;
      if (name === this.ownDatabase) continue;
      const isShared = isClusterWide(either.kind, name)
        ? others.server || !this.run.isOwnServer
        : others.database || !(this.run.isOwnServer || this.run.isAlone);
      if (!isShared || this.#statementOf(either) !== undefined) continue;
      unclaimed.set(name, before);
      if (before === undefined) now.delete(name);
      else now.set(name, before);
    }
    return [now, unclaimed];
  }

  async #read(): Promise<Map<string, Item>> {
    const cluster = clusterItemsSql(this.prefix, await readServerPrivileges(this.client));
    const { rows } = await this.client.query<Item>(itemsSql(this.prefix, cluster));
    return new Map(rows.map((item) => [item.name, item]));
  }
}
