import type { ConfigIssue } from '../../../config/issue.js';
import type { DryRunResult } from '../../../config/reload/dry-run.js';
import type { ConfigValidateBody } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { invalidConfig, publicNoEffect } from './view.js';

const tooDeep: DryRunResult = {
  ok: false,
  issues: [{ key: null, file: 'local.yaml', code: 'unparsable', message: 'nesting too deep' }],
};

/** Settings that were sent as JSON have no line numbers. */
const withoutPlace = ({ line: _line, column: _column, ...issue }: ConfigIssue): ConfigIssue => issue;

/** JSON is YAML, so settings are validated as a file; null if they are nested too deeply to be serialized. */
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
 * POST /api/v1/admin/config/validate: validates settings as if they were the content of local.yaml. Nothing changes.
 * @throws {AppError} invalid_config with every error
 */
export const validateConfig = ({ config }: Services): Handler<ConfigValidateBody> =>
  function validateConfig(ctx) {
    const document = documentOf(ctx.state.body);
    const result = document === null ? tooDeep : config.dryRun(document);
    if (!result.ok) {
      const issues = ctx.state.body.document === undefined ? result.issues.map(withoutPlace) : result.issues;
      throw invalidConfig(issues, config.status);
    }
    ctx.body = {
      valid: true,
      changes: result.changes,
      pending_restart: result.pendingRestart,
      no_effect: publicNoEffect(result.noEffect),
    };
  };
