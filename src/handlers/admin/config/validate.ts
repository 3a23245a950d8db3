import type { Config } from '../../../config/config.js';
import type { ConfigIssue } from '../../../config/issue.js';
import type { DryRunResult } from '../../../config/reload/dry-run.js';
import { isSecret } from '../../../config/revisions/revision-content.js';
import type { ConfigValidateBody } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { invalidConfig, onePerKey, publicNoEffect } from './view.js';

const tooDeep: DryRunResult = {
  ok: false,
  issues: [{ key: null, file: 'local.yaml', code: 'unparsable', message: 'nesting too deep' }],
};

/** Settings that were sent as JSON have no line numbers. */
const withoutPlace = ({ line: _line, column: _column, ...issue }: ConfigIssue): ConfigIssue => issue;

/** JSON is YAML, so settings are validated as a file; null if they are nested too deeply to be serialized. */
const documentOf = ({ settings, document }: Omit<ConfigValidateBody, 'changes'>): string | null => {
  if (document !== undefined) return document;
  try {
    return JSON.stringify(settings);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const dryRun = (config: Config, { changes, ...file }: ConfigValidateBody): DryRunResult => {
  if (changes !== undefined) return config.overrides.dryRun(changes);
  const document = documentOf(file);
  const result = document === null ? tooDeep : config.dryRun(document);
  return result.ok || file.document !== undefined ? result : { ok: false, issues: result.issues.map(withoutPlace) };
};

/**
 * POST /api/v1/admin/config/validate: validates settings as if they were the content of local.yaml, or changes as PATCH does.
 * Nothing changes.
 * @throws {AppError} invalid_config with every error of a file, or with one error for each invalid key of the changes
 */
export const validateConfig = ({ config }: Services): Handler<ConfigValidateBody> =>
  function validateConfig(ctx) {
    const { body } = ctx.state;
    const result = dryRun(config, body);
    if (!result.ok) {
      throw invalidConfig(body.changes === undefined ? result.issues : onePerKey(result.issues), config.status);
    }
    ctx.body = {
      valid: true,
      // Whether a secret would change says whether it was guessed right.
      changes: result.changes.filter(({ key }) => !isSecret(key)),
      pending_restart: result.pendingRestart.filter((key) => !isSecret(key)),
      no_effect: publicNoEffect(result.noEffect.filter(({ key }) => !isSecret(key))),
    };
  };
