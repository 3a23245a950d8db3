import type { Overview } from '../../contract/admin/overview.js';
import type { Settings } from '../../config/schema/schema.js';
import type { Handler } from '../../middleware/context.js';
import { hasSeveralAdmins } from '../../models/roles/administrator.js';
import { Instance } from '../../models/instance.js';
import { OutgoingMail, type OutboxDepth } from '../../models/mail/outgoing-mail.js';
import { SigningKey } from '../../models/keys/signing-key.js';
import type { Services } from '../../services.js';
import { publicPending } from './config/override-view.js';
import { isDatabaseReady } from '../system/ready.js';

type Warning = Overview['warnings'][number];

const counted = (count: number, one: string, many: string): string => `${String(count)} ${count === 1 ? one : many}`;

/** What the warnings are derived from. */
interface Findings {
  readonly settings: Settings;
  readonly status: Services['config']['status'];
  readonly instances: readonly Instance[];
  readonly outbox: OutboxDepth;
  readonly keys: { readonly expired: number; readonly unreadable: number };
}

/** Messages by code; undefined where there is nothing to warn of. */
const warningMessages = ({
  settings,
  status,
  instances,
  outbox,
  keys,
}: Findings): Readonly<Record<Warning['code'], string | false>> => {
  const live = instances.filter(({ isLive }) => isLive);
  return {
    no_public_url:
      settings.server.publicUrl === null &&
      'Links in emails use the listening address. Set server.publicUrl to the address that users see.',
    mail_not_delivered:
      settings.mail.transport === 'outbox' && 'Mail is written to files and not delivered. Set mail.transport to smtp.',
    mail_failing:
      outbox.retrying > 0 &&
      `${counted(outbox.retrying, 'email is waiting', 'emails are waiting')} for another attempt after a failed one.`,
    dead_mail: outbox.dead > 0 && `${counted(outbox.dead, 'email', 'emails')} could not be sent after all attempts.`,
    config_rejected: status.lastError !== null && 'The configuration files are invalid and were rejected.',
    pending_restart:
      status.pendingRestart.length > 0 &&
      `${counted(status.pendingRestart.length, 'setting takes', 'settings take')} effect after a restart.`,
    instances_differ: new Set(live.map(({ hash }) => hash)).size > 1 && 'The instances run different configurations.',
    shadowed_by_override:
      status.shadowedByOverride.length > 0 &&
      `${counted(status.shadowedByOverride.length, 'setting has', 'settings have')} changed in the files under an override.`,
    overrides_without_effect:
      status.leftOut.length > 0 && `${counted(status.leftOut.length, 'override is', 'overrides are')} without effect.`,
    expired_keys:
      keys.expired > 0 &&
      `${counted(keys.expired, 'signing key has', 'signing keys have')} expired and can be removed.`,
    unreadable_keys:
      keys.unreadable > 0 &&
      `${counted(keys.unreadable, 'signing key', 'signing keys')} cannot be decrypted with the current encryption key.`,
  };
};

const warningsOf = (findings: Findings): Warning[] =>
  Object.entries(warningMessages(findings)).flatMap(([code, message]) =>
    message === false ? [] : [{ code: code as Warning['code'], message }],
  );

const setupOf = ({ server, mail }: Settings, hasSecondAdministrator: boolean): Overview['setup'] => [
  { step: 'public_url', done: server.publicUrl !== null },
  { step: 'mail', done: mail.transport === 'smtp' },
  { step: 'second_administrator', done: hasSecondAdministrator },
];

/** GET /api/v1/admin/overview: the state of the service, its instances and its outbox, with warnings. */
export const showOverview = (services: Services): Handler =>
  async function showOverview(ctx) {
    const { config, db, cache, build, secretBox } = services;
    const { now, settings } = ctx.state;
    await config.ensureNumbered();
    const isHealthy = await isDatabaseReady(services, settings);
    const [instances, outbox, keys, hasSecondAdministrator] = await Promise.all([
      db.read((connection) => Instance.list(connection)),
      db.read((connection) => OutgoingMail.depth(connection)),
      db.read((connection) => SigningKey.newestFirst(connection).execute()),
      db.read((connection) => hasSeveralAdmins(connection)),
    ]);
    const expired = keys.filter(({ state, expiresAt }) => state !== 'active' && expiresAt !== null && expiresAt <= now);
    const unreadable = keys.filter((key) => key.toPublic(secretBox).fingerprint === null);
    const { status } = config;
    const body: Overview = {
      version: build.version,
      commit: build.commit,
      revision: status.revision,
      instances: instances.map((instance) => instance.toPublic()),
      health: {
        database: { status: isHealthy ? 'healthy' : 'unhealthy' },
        cache: { status: cache.status() },
        mail: { status: outbox.retrying > 0 ? 'failing' : 'healthy', transport: settings.mail.transport },
      },
      outbox: {
        queued: outbox.queued,
        sending: outbox.sending,
        retrying: outbox.retrying,
        dead: outbox.dead,
        oldest_at: outbox.oldestAt?.toISOString() ?? null,
      },
      pending_restart: [...status.pendingRestart],
      pending_confirmation: status.overrides.pending && publicPending(status.overrides.pending),
      scheduled_changes: status.overrides.scheduled.length,
      overrides: status.overrides.overrides.length,
      warnings: warningsOf({
        ...{ settings, status, instances, outbox },
        keys: { expired: expired.length, unreadable: unreadable.length },
      }),
      setup: setupOf(settings, hasSecondAdministrator),
    };
    ctx.body = body;
  };
