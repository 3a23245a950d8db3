import { describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../src/config/files/environment.js';
import { openConfig } from '../support.js';

/** The variables that the kubelet sets for a Service with one port. */
const linksOf = (name: string, protocol = 'tcp'): Record<string, string> => ({
  [`${name}_PORT`]: `${protocol}://10.43.0.7:9464`,
  [`${name}_SERVICE_HOST`]: '10.43.0.7',
  [`${name}_SERVICE_PORT`]: '9464',
  [`${name}_SERVICE_PORT_HTTP`]: '9464',
  [`${name}_PORT_9464_${protocol.toUpperCase()}`]: `${protocol}://10.43.0.7:9464`,
  [`${name}_PORT_9464_${protocol.toUpperCase()}_PROTO`]: protocol,
  [`${name}_PORT_9464_${protocol.toUpperCase()}_PORT`]: '9464',
  [`${name}_PORT_9464_${protocol.toUpperCase()}_ADDR`]: '10.43.0.7',
});

describe('service links of Kubernetes', () => {
  it.each([
    ['ROLLCALL', 'tcp'],
    ['ROLLCALL_METRICS', 'tcp'],
    ['ROLLCALL_METRICS', 'udp'],
    ['ROLLCALL_SERVER', 'sctp'],
    ['ROLLCALL_MAIL_SMTP', 'tcp'],
    ['ROLLCALL_FEATURES', 'tcp'],
  ])('of %s over %s are ignored with one warning that names them', (name, protocol) => {
    const env = linksOf(name, protocol);
    const { bindings, issues, warnings } = planEnvironment(env);
    expect([bindings, issues]).toEqual([[], []]);
    expect(warnings).toHaveLength(1);
    for (const variable of Object.keys(env)) expect(warnings[0]).toContain(variable);
    expect(warnings[0]).toContain('enableServiceLinks: false');
  });

  it('leave the port at its default', () => {
    const { config } = openConfig({}, { env: { ...linksOf('ROLLCALL_METRICS'), PORT: 'tcp://10.43.0.7:80' } });
    expect([config.current.metrics.port, config.current.server.port]).toEqual([9464, 8080]);
  });

  it('of other services are not reported', () => {
    expect(planEnvironment({ ...linksOf('REDIS'), ...linksOf('KUBERNETES') }).warnings).toEqual([]);
  });

  it('do not hide a setting', () => {
    const { config } = openConfig(
      {},
      { env: { ROLLCALL_FEATURES_NEW_SERVICE_HOST: 'true', ROLLCALL_METRICS_PORT: '81' } },
    );
    expect(config.current.features).toEqual({ newServiceHost: true });
    expect(config.current.metrics.port).toBe(81);
    expect(planEnvironment({ ROLLCALL_METRICS_PORT: 'http://10.43.0.7' }).bindings).toHaveLength(1);
  });
});
