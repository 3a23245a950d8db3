import { defineParameterType } from '@cucumber/cucumber';
import { callerPattern, parseCaller, parseToken, tokenPattern } from '../support/http/caller.js';
import { fieldsPattern, parseFields } from '../support/accounts/fields.js';
import { forgeryPattern } from '../support/accounts/forged-token.js';
import { invalidValue, invalidValuePattern } from '../support/accounts/invalid-value.js';
import { Sending, sendingPattern } from '../support/http/sending.js';

const jsonString = /"(?:[^"\\]|\\.)*"/.source;
const unitMs: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const define = <T>(name: string, regexp: RegExp, transformer: (text: string) => T): void => {
  defineParameterType({ name, regexp, transformer, useForSnippets: false });
};

const asIs = (text: string): string => text;

// People, and how their requests are sent.
define('account', /[A-Z]\w*/, asIs);
define('caller', callerPattern, parseCaller);
define('token', tokenPattern, parseToken);
define('forgery', new RegExp(forgeryPattern), asIs);
define('fields', fieldsPattern, parseFields);
define('sent', sendingPattern, (text) => new Sending(text));
define('invalid value', new RegExp(invalidValuePattern), asIs);
define('method', /GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE/, asIs);
define('path', /\/\S*/, asIs);

// Values. A {value} is JSON text, which a {json} parses.
define(
  'json',
  new RegExp(`${jsonString}|-?\\d+(?:\\.\\d+)?|true|false|null|\\{.*\\}|\\[.*\\]`),
  (text) => JSON.parse(text) as unknown,
);
define('value', new RegExp(`${jsonString}|\\{.*\\}|${invalidValuePattern}`), (text) =>
  /^["{]/.test(text) ? text : JSON.stringify(invalidValue(text)),
);

define('duration', /\d+ (?:second|minute|hour|day)s?/, (text) => {
  const [count, unit = ''] = text.split(' ');
  return Number(count) * (unitMs[unit.replace(/s$/, '')] ?? Number.NaN);
});
