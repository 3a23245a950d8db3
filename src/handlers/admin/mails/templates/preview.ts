import type { TemplatePreviewBody } from '../../../../contract/admin/mail.js';
import { previewMail } from '../../../../mail/preview.js';
import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { invalidConfig } from '../../config/view.js';

/**
 * POST /api/v1/admin/mails/templates/preview: renders an email with sample data, from the active templates or from
 * those in a document. Nothing is sent or changed.
 * @throws {AppError} invalid_config with every error of the document
 */
export const previewTemplate = (services: Services): Handler<TemplatePreviewBody> =>
  function previewTemplate(ctx) {
    const { body, now, settings: active } = ctx.state;
    const result = body.document === undefined ? undefined : services.config.dryRun(body.document);
    if (result?.ok === false) throw invalidConfig(result.issues, services.config.status);
    ctx.body = previewMail(result?.settings ?? active, body.template, { publicUrl: services.publicUrl(), now });
  };
