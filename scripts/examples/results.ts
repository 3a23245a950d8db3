/** The report of the kit that is checked. */
export interface KitReport {
  readonly mode: string;
  readonly capture: string;
  readonly setups: number;
  readonly scenarios: number;
  readonly leaseMs: { readonly median: number };
  readonly returnMs: { readonly median: number };
  readonly leaks: readonly unknown[];
}

/** A run of an example in one mode. */
export interface ModeResult {
  readonly name: string;
  /** `name: status`, sorted. */
  readonly results: readonly string[];
  readonly report: KitReport;
}

/** Reads the file of `SCENARIO_SCHEMA_REPORT`. */
export const readReport = (json: string): KitReport => JSON.parse(json) as KitReport;

const checkMode = ({ name, results, report }: ModeResult, isPreparedPerFile: boolean): string[] => {
  const problems: string[] = [];
  const expected = name.startsWith('fresh') ? 'fresh' : 'lease';
  if (report.mode !== expected) problems.push(`${name}: the schemas were in ${report.mode} mode`);
  if (report.setups !== 1) problems.push(`${name}: the migrations were prepared ${String(report.setups)} times`);
  const isWhole = isPreparedPerFile
    ? report.scenarios > 0 && report.scenarios <= results.length
    : report.scenarios === results.length;
  if (!isWhole) problems.push(`${name}: ${String(results.length)} tests, but ${String(report.scenarios)} leases`);
  if (report.leaks.length > 0) problems.push(`${name}: leaks ${JSON.stringify(report.leaks)}`);
  return problems;
};

/** Finds differences between the modes, and leaks or repeated preparations in one. */
export const compareModes = (modes: readonly ModeResult[], isPreparedPerFile = false): string[] => {
  const [first] = modes;
  if (first === undefined || first.results.length === 0) return ['no test ran'];
  return modes.flatMap((mode) => [
    ...checkMode(mode, isPreparedPerFile),
    ...mode.results
      .filter((result) => !first.results.includes(result))
      .map((result) => `${mode.name}: ${result}, other than in ${first.name}`),
    ...first.results
      .filter((result) => !mode.results.includes(result))
      .map((result) => `${mode.name}: not ${result}, as in ${first.name}`),
  ]);
};
