import { z } from 'zod';

/**
 * The operating system user who runs the command, as reported by the command. It is not verified: the file mode of the
 * socket determines who has access.
 */
const actor = {
  cli_user: z.string().min(1).max(256).default('unknown'),
  sudo_user: z.string().min(1).max(256).optional(),
  hostname: z.string().min(1).max(256).default('unknown'),
};

/** The query of GET /config: one key, or the keys of a section. */
export const SocketConfigQuery = z.strictObject({ key: z.string().min(1).max(300).optional() });

/** The query of GET /config/diff and POST /config/validate: a directory other than that of the service. */
export const SocketDirectoryQuery = z.strictObject({
  directory: z.string().max(4096).startsWith('/', { error: 'must be an absolute path' }).optional(),
});

/** The query of GET /config/history: the maximum number of revisions to return, or the number of a single revision. */
export const SocketHistoryQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/, { error: 'must be 1 to 100' })
    .transform(Number)
    .default(20),
  revision: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: 'must be a revision number' })
    .transform(Number)
    .optional(),
});

/** The query of POST /config/reload: the user of the command. */
export const SocketReloadQuery = z.strictObject(actor);

/** The query of POST /config/rollback: the revision, a reason, and the user of the command. */
export const SocketRollbackQuery = z.strictObject({
  revision: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: 'must be a revision number' })
    .transform(Number),
  reason: z.string().min(1).max(500).optional(),
  ...actor,
});

export type SocketReloadQuery = z.infer<typeof SocketReloadQuery>;
