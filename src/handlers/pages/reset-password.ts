import type { Handler } from '../../middleware/context.js';
import { renderPage } from '../../responses/pages/layout.js';

/** GET /reset-password: the page of an emailed password reset link. */
export const resetPasswordPage = (): Handler =>
  function resetPasswordPage(ctx) {
    const { minLength } = ctx.state.settings.password;
    renderPage(ctx, {
      title: 'Choose a new password',
      intro: 'You will be logged out on all devices. Then log in with your new password.',
      endpoint: '/api/v1/auth/password-reset/complete',
      fields: `<label for="new-password">New password</label>
        <input id="new-password" name="new_password" type="password" autocomplete="new-password" required
          aria-describedby="hint" autofocus>
        <p id="hint">At least ${String(minLength)} characters. A few unrelated words are easy to remember.</p>
        <label><input id="show" type="checkbox" aria-controls="new-password"> Show password</label>`,
      button: 'Set password',
      done: 'Your password has been changed. You can now log in with it.',
    });
  };
