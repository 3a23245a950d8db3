import { expect, it } from 'vitest';
import { findSettings } from '../../console/src/screens/configuration/find-settings.js';

const settings = [
  { key: 'server.port', description: 'Port, such as that of a login page.', env: 'ROLLCALL_SERVER_PORT' },
  { key: 'rateLimit.login.points', description: 'Maximum number.', env: 'ROLLCALL_RATE_LIMIT_LOGIN_POINTS' },
  { key: 'mail.smtp.host', description: 'Host.', env: 'ROLLCALL_MAIL_SMTP_HOST' },
];

it.each([
  ['login limit', ['rateLimit.login.points']],
  ['  LIMIT   login ', ['rateLimit.login.points']],
  ['login', ['rateLimit.login.points', 'server.port']],
  ['MAIL_SMTP', ['mail.smtp.host']],
  ['login host', []],
  ['', ['server.port', 'rateLimit.login.points', 'mail.smtp.host']],
])('finds settings by words: "%s"', (search, keys) => {
  expect(findSettings(settings, search).map(({ key }) => key)).toEqual(keys);
});
