import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';
import { discard, logLines, makeFolder, startService, type Service } from '../support/service.js';
import { readExpression } from './promql.js';

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const rules = (parse(textOf('docker/prometheus-rules.yml')) as { groups: { name: string; rules: AlertRule[] }[] })
  .groups;
const alerts = rules.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf('docker/grafana-dashboard.json')) as Dashboard;
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);

/** How Grafana writes the variable of the dashboard. */
const chosen = ['$', '{datasource}'].join('');

/** Made by Prometheus itself for each target. */
const ofPrometheus = ['up'];

const seriesOf = (exposition: string): Set<string> => {
  const types = [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
};

/** The labels of each selector of an expression: empty where a metric has none. */
const selectorsOf = (expr: string): string[] => {
  const { metrics } = readExpression(expr);
  return metrics.flatMap((metric) =>
    [...expr.matchAll(new RegExp(`(?<!\\w)${metric}(?!\\w)(\\{[^}]*\\})?`, 'g'))].map(([, labels = '']) => labels),
  );
};

/** Metrics that every service has, under the names of their convention. */
const commonName = /^(http|process|nodejs)_/;

/** As GitHub makes the target of a link from a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('monitoring of a running service', () => {
  let database: TestDatabase;
  let service: Service;
  let series: Set<string>;
  let exposition = '';

  beforeAll(async () => {
    database = await createDatabase();
    service = startService(makeFolder(), { env: { DATABASE_URL: database.url } });
    await service.listening();
    const [, metrics = ''] = /"metrics":"([^"]+)"/.exec(service.out()) ?? [];
    // The mail worker starts once the service listens.
    await waitUntil('the mail worker has started', async () => {
      exposition = await (await fetch(`${metrics}/metrics`)).text();
      series = seriesOf(exposition);
      return series.has('rollcall_mail_sent_total') && exposition.includes('rollcall_accounts{');
    });
  });

  afterAll(async () => {
    await discard(service);
    await database.drop();
  });

  it.each(alerts.map(({ alert, expr }) => [alert, expr]))('has the metric %s', (_alert, expr) => {
    const { metrics, errors } = readExpression(expr);
    expect(errors).toEqual([]);
    expect(metrics.filter((name) => !series.has(name) && !ofPrometheus.includes(name))).toEqual([]);
  });

  it('names every metric with a prefix and a base unit, and describes it in one sentence', () => {
    const helps = [...exposition.matchAll(/^# HELP (\S+) (.+)$/gm)].filter(([, name = '']) => !commonName.test(name));
    expect(helps.length).toBeGreaterThan(30);
    for (const [, name = '', help = ''] of helps) {
      expect(name).toMatch(/^rollcall_[a-z_]+$/);
      expect(name).not.toMatch(/(seconds|milliseconds|ms|bytes|max|min)_(left|total|count)$|_(ms|millis|max|min)$/);
      expect([name, help]).toEqual([name, expect.stringMatching(/^[A-Z].+[^.]\.$/)]);
    }
    for (const [, name = '', type] of exposition.matchAll(/^# TYPE (rollcall_\S+) (\S+)$/gm)) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it('is ready, and says which build it is', () => {
    expect(exposition).toMatch(/^rollcall_ready 1$/m);
    expect(exposition).toMatch(/^rollcall_build_info\{version="[^"]+",commit="[^"]+",node_version="[^"]+"\} 1$/m);
    expect(exposition).toMatch(/^rollcall_migrations_pending 0$/m);
    expect(exposition).toMatch(/^rollcall_sessions 0$/m);
    expect(exposition).toMatch(/^rollcall_accounts\{status="active"\} 0$/m);
    expect(exposition).toMatch(/^rollcall_database_query_duration_seconds_count [1-9]\d*$/m);
  });

  it('names its events, and itself, on each line of the log', () => {
    const lines = logLines(service.out());
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(line).toMatchObject({ service: 'rollcall', event: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/) as string });
      expect(Object.keys(line)).toEqual(expect.arrayContaining(['version', 'instance', 'pid']));
    }
  });

  it('has every metric that the dashboard shows', () => {
    const variables = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    const annotations = dashboard.annotations.list.map(({ expr }) => expr);
    const expressions = [...targets.map(({ expr }) => expr), ...variables, ...annotations].map(readExpression);
    expect(expressions.flatMap(({ errors }) => errors)).toEqual([]);
    const named = new Set(expressions.flatMap(({ metrics }) => metrics));
    expect([...named].filter((name) => !series.has(name) && !ofPrometheus.includes(name))).toEqual([]);
  });
});

describe('docker/prometheus-rules.yml', () => {
  it('has rules in the format of Prometheus, with unique names', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const rule of alerts) {
      expect(
        Object.keys(rule).filter((key) => !['alert', 'expr', 'for', 'labels', 'annotations'].includes(key)),
      ).toEqual([]);
      expect(rule.alert).toMatch(/^Rollcall[A-Z][A-Za-z]+$/);
      expect(rule.for ?? '1m').toMatch(/^\d+[smh]$/);
      expect(['critical', 'warning', 'info']).toContain(rule.labels['severity']);
      expect(rule.annotations['summary']?.length).toBeGreaterThan(10);
    }
  });

  it('links each alert to its section of the runbooks', () => {
    const page = 'docs/operations/runbooks.md';
    const anchors = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
    for (const { alert, annotations } of alerts) {
      const anchor = alert.toLowerCase();
      expect(annotations['runbook_url'], alert).toBe(
        `https://github.com/rollcall/rollcall/blob/main/${page}#${anchor}`,
      );
      expect(anchors, alert).toContain(anchor);
    }
  });

  it('selects the job of the service in every selector', () => {
    for (const { alert, expr } of alerts) {
      expect([alert, selectorsOf(expr).filter((labels) => !labels.includes('job="rollcall"'))]).toEqual([alert, []]);
    }
  });
});

describe('docker/grafana-dashboard.json', () => {
  it('can be imported: named, with a grid, and panels that have an id each', () => {
    expect([dashboard.uid, dashboard.title]).toEqual(['rollcall', 'Rollcall']);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title, gridPos, targets: asked } of panels) {
      expect(title).not.toBe('');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(type === 'row' || (asked?.length ?? 0) > 0, title).toBe(true);
    }
  });

  it('places each panel separately', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('selects the chosen job and instances', () => {
    const chosenJob = 'job="$job"';
    for (const { expr } of targets) {
      expect([expr, selectorsOf(expr).filter((labels) => !labels.includes(chosenJob))]).toEqual([expr, []]);
    }
    for (const { definition } of dashboard.templating.list.filter(({ name }) => name === 'instance')) {
      expect(definition).toContain(chosenJob);
    }
  });

  it('queries the selected data source', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    for (const { datasource } of targets) expect(datasource).toEqual({ type: 'prometheus', uid: chosen });
  });
});

describe('readExpression', () => {
  it('returns the metrics, but not labels, functions and strings', () => {
    const text = 'sum by (le, job) (rate(a_total{b="c(",d!="e"}[5m])) / on (f) group_left (g) h_sum or vector(0) > 0.5';
    expect(readExpression(text)).toEqual({ metrics: ['a_total', 'h_sum'], errors: [] });
    expect(readExpression('label_values(rollcall_config_info{job="$job"}, instance)').metrics).toEqual([
      'rollcall_config_info',
    ]);
  });

  it.each([
    ['sum(rate(a_total[5m])', '( is not closed'],
    ['sum(a_total))', ') closes nothing'],
    ['rat(a_total[5m])', 'unknown function rat'],
    ['vector(1)', 'no metric'],
  ])('reports the error in %s', (text, error) => {
    expect(readExpression(text).errors).toEqual([error]);
  });
});
