import type { Handler } from '../../middleware/context.js';
import { renderPage } from '../../responses/pages/layout.js';

/** GET /magic-link: the page of an emailed login link. */
export const magicLinkPage = (): Handler =>
  function magicLinkPage(ctx) {
    renderPage(ctx, {
      title: 'Log in',
      intro: 'This link can be used once. If you do not have an account yet, one is created for you.',
      endpoint: '/api/v1/auth/magic-link/consume',
      button: 'Log in',
      done: 'You are logged in.',
    });
  };
