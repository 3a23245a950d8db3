import { boolean, duration } from './format.js';
import { setting } from './setting.js';

/** `console.*`: the operator console. */
export const operatorConsole = {
  enabled: setting(boolean, {
    doc: 'Whether the operator console is served at /console. Otherwise /console returns 404.',
    class: 'live',
    default: true,
  }),
  idleTimeout: setting(duration('1m', '24h'), {
    doc: 'Time without activity after which a session of the operator console ends.',
    class: 'live',
    default: '30m',
  }),
};
