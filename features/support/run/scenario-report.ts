import type { Exchange, Scenario } from './scenario.js';

/** How much of one text is shown. */
const longest = 1_200;

const secret =
  /("(?:password|new_password|current_password|token|access_token|refresh_token|secret|password_hash)"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

const masked = (text: string): string =>
  text.replace(secret, '$1"********"').replace(/Bearer [\w.~+/=-]+/g, 'Bearer ********');

const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)} … (${String(text.length)} characters)`;

const shown = (text: string): string => shortened(masked(text)).replaceAll('\n', '\n      ');

const exchangeText = ({ request, response }: Exchange): string => {
  const lines = [`  ${response.toString()}  request id ${response.requestId ?? 'none'}`];
  if (request.body !== undefined) lines.push(`    > ${shown(request.body.toString())}`);
  if (response.text !== '') lines.push(`    < ${shown(response.text)}`);
  return lines.join('\n');
};

/** Requests, responses and log lines of a failed scenario, with masked secrets. */
export const scenarioReport = ({ exchanges, log }: Scenario): string => {
  const logText = masked(log.text()).trimEnd();
  return [
    exchanges.length === 0 ? 'No request was sent.' : 'Requests and responses, oldest first:',
    ...exchanges.map(exchangeText),
    logText === '' ? 'Nothing was logged.' : `Log:\n  ${logText.replaceAll('\n', '\n  ')}`,
  ].join('\n');
};
