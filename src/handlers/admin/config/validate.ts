import type { TrialResult } from '../../../config/trial.js';
import type { ConfigValidateBody } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { invalidConfig } from './view.js';

const tooDeep: TrialResult = {
  ok: false,
  faults: [{ key: null, file: 'local.yaml', code: 'unparsable', message: 'is nested too deeply' }],
};

/** JSON is YAML, so that settings are judged as the file would be; null where they are nested deeper than can be written. */
const documentOf = ({ settings, document }: ConfigValidateBody): string | null => {
  if (document !== undefined) return document;
  try {
    return JSON.stringify(settings);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/**
 * POST /api/v1/admin/config/validate: judges settings as if they stood in local.yaml now; nothing comes of it.
 * @throws {AppError} invalid_config with every fault
 */
export const validateConfig = ({ config }: Services): Handler<ConfigValidateBody> =>
  function validateConfig(ctx) {
    const document = documentOf(ctx.state.body);
    const result = document === null ? tooDeep : config.judge(document);
    if (!result.ok) throw invalidConfig(result.faults, config.status);
    ctx.body = { valid: true, changes: result.changes, pending_restart: result.pendingRestart };
  };
