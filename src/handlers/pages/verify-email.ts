import type { Handler } from '../../middleware/context.js';
import { answerPage } from './layout.js';

/** GET /verify-email: where the link that proves an address leads. */
export const verifyEmailPage = (): Handler =>
  function verifyEmailPage(ctx) {
    answerPage(ctx, {
      title: 'Confirm your e-mail address',
      intro: 'With this you say that the address which the link was sent to is yours.',
      endpoint: '/api/v1/auth/email-verification/complete',
      button: 'Confirm the address',
      done: 'The address is confirmed. Thank you.',
    });
  };
