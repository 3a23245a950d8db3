import type { Handler } from '../../middleware/context.js';
import { renderPage } from '../../responses/pages/layout.js';

/** GET /verify-email: the page of an emailed verification link. */
export const verifyEmailPage = (): Handler =>
  function verifyEmailPage(ctx) {
    renderPage(ctx, {
      title: 'Confirm your email address',
      intro:
        'Please confirm that this email address is yours. If you created the account yourself, enter your username and ' +
        'password, so that your password stays valid. You can also leave both fields empty. Then the address is confirmed, ' +
        'but the password stops working as soon as someone logs in with a link from an email.',
      endpoint: '/api/v1/auth/email-verification/complete',
      fields: `<label for="username">Username</label>
        <input id="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false">
        <label for="password">Password</label>
        <input id="password" type="password" autocomplete="current-password">`,
      button: 'Confirm email address',
      done: 'Your email address has been confirmed. Thank you.',
    });
  };
