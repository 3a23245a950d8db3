import { isIP } from 'node:net';
import type { Environment } from './environment.js';

/** The value of `<NAME>_PORT` and `<NAME>_PORT_<number>_<protocol>`: `tcp://10.43.0.7:9464`. */
const isLinkUrl = (value: string): boolean => /^(tcp|udp|sctp):\/\//i.test(value);
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value);
const isAddress = (value: string): boolean => isIP(value.replace(/^\[(.*)\]$/, '$1')) !== 0;

/**
 * The variables that the kubelet sets in each pod for a Service, as Docker's links did (Kubernetes documentation,
 * "Environment variables" of Services). Their values are compared too, so that a setting of a similar name is kept.
 */
const linkForms: readonly (readonly [name: RegExp, isValue: (value: string) => boolean])[] = [
  [/(^|_)PORT$/, isLinkUrl],
  [/_PORT_\d+_(TCP|UDP|SCTP)$/, isLinkUrl],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO(COL)?$/, (value) => /^(tcp|udp|sctp)$/i.test(value)],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, isPort],
  [/_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, isAddress],
  [/_SERVICE_HOST$/, isAddress],
  [/_SERVICE_PORT(_[A-Z0-9_]+)?$/, isPort],
];

/** Whether Kubernetes set the variable for a Service whose name resembles that of a setting. */
const isServiceLink = (name: string, value: string | undefined): boolean =>
  value !== undefined && linkForms.some(([form, isValue]) => form.test(name) && isValue(value.trim()));

/**
 * Takes the service links out of an environment: a Service named `rollcall-metrics` sets `ROLLCALL_METRICS_PORT`.
 * @param isOurs whether the service would read, or report, a variable of that name
 * @returns the other variables, and the names of the links, sorted
 */
export const withoutServiceLinks = (
  env: Environment,
  isOurs: (name: string) => boolean,
): { readonly env: Environment; readonly links: readonly string[] } => {
  const links = new Set(Object.keys(env).filter((name) => isOurs(name) && isServiceLink(name, env[name])));
  if (links.size === 0) return { env, links: [] };
  return {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !links.has(name))),
    links: [...links].sort(),
  };
};

/** One warning that names them all; empty when there are none. */
export const serviceLinkWarnings = (links: readonly string[]): string[] =>
  links.length === 0
    ? []
    : [
        `ignored environment variables that Kubernetes sets for Services (service links): ${links.join(', ')}; ` +
          'set enableServiceLinks: false in the pod spec',
      ];
