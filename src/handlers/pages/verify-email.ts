import type { Handler } from '../../middleware/context.js';
import { answerPage } from './layout.js';

/** GET /verify-email: where the link that proves an address leads. */
export const verifyEmailPage = (): Handler =>
  function verifyEmailPage(ctx) {
    answerPage(ctx, {
      title: 'Confirm your e-mail address',
      intro:
        'Confirm that the address this link was sent to is yours. If you registered the account yourself, sign in here: ' +
        'your password stays valid. If you leave the two fields empty, the address is confirmed too, but the password ' +
        'stops working the first time somebody signs in with a mailed link.',
      endpoint: '/api/v1/auth/email-verification/complete',
      fields: `<label for="username">Username</label>
        <input id="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false">
        <label for="password">Password</label>
        <input id="password" type="password" autocomplete="current-password">`,
      button: 'Confirm the address',
      done: 'The address is confirmed. Thank you.',
    });
  };
