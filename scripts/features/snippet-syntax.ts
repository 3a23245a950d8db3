import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Cucumber passes to a snippet syntax. */
export interface SnippetOptions {
  readonly functionName: string;
  /** The Cucumber expressions of the step. */
  readonly generatedExpressions: readonly { readonly source: string }[];
  /** The names of arguments that a table or a text adds. */
  readonly stepParameterNames: readonly string[];
}

const builtIn: Readonly<Record<string, string>> = {
  int: 'number',
  float: 'number',
  double: 'number',
  byte: 'number',
  short: 'number',
  long: 'number',
};

const argumentTypes: Readonly<Record<string, string>> = { dataTable: 'DataTable', docString: 'string' };

const definition = /(?:Given|When|Then)\(\s*'([^']*)',\s*(?:async )?function \(([^)]*)\)/g;

/** The types with which existing steps declare their parameters, by parameter type. */
const declaredTypes = (folder: string): Map<string, string> => {
  const types = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    for (const [, pattern = '', list = ''] of readFileSync(join(folder, name), 'utf8').matchAll(definition)) {
      const parameters = [...pattern.matchAll(/\{([^}]*)\}/g)].map(([, parameter = '']) => parameter);
      const declared = list.split(',').slice(1);
      parameters.forEach((parameter, index) => {
        const type = declared[index]?.split(':')[1]?.trim();
        if (type !== undefined && !types.has(parameter)) types.set(parameter, type);
      });
    }
  }
  return types;
};

/** The names of the accounts in existing features. */
const accountNames = (folder: string): string[] => {
  const names = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.feature')) continue;
    const steps = readFileSync(join(folder, name), 'utf8').matchAll(/ ([A-Z]\w*) (?:is logged in|has an account)\b/g);
    for (const [, account = ''] of steps) names.add(account);
  }
  return [...names];
};

/** The expression with a parameter for each name of an account. */
const withAccounts = (source: string, names: readonly string[]): string =>
  names.length === 0
    ? source
    : source.replaceAll(new RegExp(`(?<![\\w{])(?:${names.join('|')})(?!\\w)`, 'g'), '{account}');

const camelCase = (name: string): string =>
  name.replaceAll(/[^a-zA-Z0-9]+(.)?/g, (_match, next: string | undefined) => (next ?? '').toUpperCase());

const parametersOf = (source: string, types: ReadonlyMap<string, string>): string[] => {
  const counts = new Map<string, number>();
  return [...source.matchAll(/(?<!\\)\{([^}]*)\}/g)].map(([, parameter = '']) => {
    const base = parameter === '' ? 'value' : camelCase(parameter);
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    const type = builtIn[parameter] ?? types.get(parameter) ?? 'string';
    return `${base}${count === 1 ? '' : String(count)}: ${type}`;
  });
};

/** Writes the function of an undefined step in TypeScript, with the world and the types of the parameters. */
export default class TypeScriptSnippet {
  #types: ReadonlyMap<string, string> | undefined;
  #accounts: readonly string[] | undefined;

  /**
   * @param _interface how asynchronous steps are written, which Cucumber passes; here always as a promise
   * @param folder the existing features
   * @param steps the existing steps
   */
  constructor(
    _interface?: unknown,
    private readonly folder = 'features',
    private readonly steps = join(folder, 'steps'),
  ) {}

  /** Called by Cucumber for each undefined step. */
  build({ functionName, generatedExpressions, stepParameterNames }: SnippetOptions): string {
    this.#types ??= declaredTypes(this.steps);
    this.#accounts ??= accountNames(this.folder);
    const [expression] = generatedExpressions;
    if (expression === undefined) return '';
    const pattern = withAccounts(expression.source, this.#accounts);
    const parameters = [
      'this: RollcallWorld',
      ...parametersOf(pattern, this.#types),
      ...stepParameterNames.map((name) => `${name}: ${argumentTypes[name] ?? 'string'}`),
    ];
    const source = pattern.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    return [
      `${functionName}('${source}', async function (${parameters.join(', ')}) {`,
      "  await this.send('GET', '/api/v1/…');",
      '});',
    ].join('\n');
  }
}
