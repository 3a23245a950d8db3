import {
  Mail,
  MailPage,
  MailPath,
  MailQuery,
  TemplatePreview,
  TemplatePreviewBody,
  TestMailBody,
  TestMailResult,
} from '../contract/admin/mail.js';
import { dropMail } from '../handlers/admin/mails/drop.js';
import { listMails } from '../handlers/admin/mails/list.js';
import { retryMail } from '../handlers/admin/mails/retry.js';
import { previewTemplate } from '../handlers/admin/mails/templates/preview.js';
import { sendTestMail } from '../handlers/admin/mails/test.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/admin/mails */
export const adminMailRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/mails',
    module: 'admin/mails/list',
    operationId: 'listMails',
    summary: 'List the outbox',
    description: 'Emails with their states and errors. Texts and links of emails are never stored.',
    caller: 'required',
    permission: 'mail:read',
    query: MailQuery,
    responses: { 200: { description: 'One page of emails, newest first.', schema: MailPage } },
    errors: [],
    handler: listMails,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/mails/:id/retry',
    module: 'admin/mails/retry',
    operationId: 'retryMail',
    summary: 'Retry a dead email',
    description: 'Puts the email back into the queue with all its attempts.',
    caller: 'required',
    permission: 'mail:write',
    params: MailPath,
    responses: { 200: { description: 'The email is queued.', schema: Mail } },
    errors: ['not_found', 'mail_state_conflict'],
    transaction: true,
    handler: retryMail,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/mails/:id',
    module: 'admin/mails/drop',
    operationId: 'dropMail',
    summary: 'Drop an email',
    description:
      'Drops a queued or dead email, so that it is not sent. It stays in the list as `dropped`, without its address.',
    caller: 'required',
    permission: 'mail:write',
    params: MailPath,
    responses: { 204: { description: 'The email will not be sent.' } },
    errors: ['not_found', 'mail_state_conflict'],
    transaction: true,
    handler: dropMail,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/mails/test',
    module: 'admin/mails/test',
    operationId: 'sendTestMail',
    summary: 'Send a test email',
    description:
      'Sends an email with the active settings, directly and not through the outbox. The response says whether the mail server has accepted it.',
    caller: 'required',
    permission: 'mail:write',
    body: TestMailBody,
    responses: { 200: { description: 'The result.', schema: TestMailResult } },
    errors: [],
    handler: sendTestMail,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/mails/templates/preview',
    module: 'admin/mails/templates/preview',
    operationId: 'previewTemplate',
    summary: 'Preview a mail template',
    description: 'Renders an email with sample data. Nothing is sent.',
    caller: 'required',
    permission: 'mail:read',
    body: TemplatePreviewBody,
    responses: { 200: { description: 'The email.', schema: TemplatePreview } },
    errors: ['invalid_config'],
    handler: previewTemplate,
  }),
];
