import { z } from 'zod';
import { PendingConfirmation } from '../config-overrides.js';
import { ConfigInstance } from '../config.js';
import { permissions } from '../permission.js';
import { Id, Timestamp } from '../user.js';

/** The response of GET /api/v1/admin/me. */
export const AdminSelf = z
  .strictObject({
    id: Id,
    username: z.string(),
    roles: z.array(z.string()),
    permissions: z.array(z.enum(permissions)),
    session_id: Id,
  })
  .meta({ id: 'AdminSelf' });

const Count = z.int().nonnegative();

/** Something that an operator should look at. */
const Warning = z.strictObject({
  code: z.enum([
    'no_public_url',
    'mail_not_delivered',
    'mail_failing',
    'dead_mail',
    'config_rejected',
    'pending_restart',
    'instances_differ',
    'shadowed_by_override',
    'overrides_without_effect',
    'expired_keys',
    'unreadable_keys',
  ]),
  message: z.string(),
});

/** The response of GET /api/v1/admin/overview. */
export const Overview = z
  .strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    revision: z.int().nullable(),
    instances: z.array(ConfigInstance),
    health: z.strictObject({
      database: z.strictObject({ status: z.enum(['healthy', 'unhealthy']) }),
      cache: z.strictObject({ status: z.enum(['healthy', 'degraded', 'not_configured']) }),
      mail: z.strictObject({
        status: z
          .enum(['healthy', 'failing'])
          .meta({ description: '`failing` while emails wait for another attempt after a failed one.' }),
        transport: z.enum(['outbox', 'smtp']),
      }),
    }),
    outbox: z.strictObject({
      queued: Count,
      sending: Count,
      retrying: Count.meta({ description: 'Queued emails whose last attempt has failed.' }),
      dead: Count,
      oldest_at: Timestamp.nullable().meta({
        description: 'When the oldest unsent email was requested.',
      }),
    }),
    pending_restart: z.array(z.string()),
    pending_confirmation: PendingConfirmation.nullable(),
    scheduled_changes: Count,
    overrides: Count.meta({ description: 'Number of settings whose values override the files.' }),
    warnings: z.array(Warning),
    setup: z
      .array(z.strictObject({ step: z.enum(['public_url', 'mail', 'second_administrator']), done: z.boolean() }))
      .meta({ description: 'What to do after the installation.' }),
  })
  .meta({ id: 'Overview' });

export type AdminSelf = z.infer<typeof AdminSelf>;
export type Overview = z.infer<typeof Overview>;
