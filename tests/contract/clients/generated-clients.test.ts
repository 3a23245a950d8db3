import { createClient } from '@hey-api/openapi-ts';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { createUser } from '../../support/admin-users.js';
import { tokenFromMail } from '../../support/mailbox.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';

/** In the project folder, so that generated code can resolve the packages of the project. */
const workDirectory = resolve('.cache/generated-clients');

let app: TestApp;
useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);

type Document = Record<string, unknown>;

const generateOpenApiFetch = async (document: Document, directory: string): Promise<void> => {
  const ast = await openapiTypeScript(JSON.stringify(document));
  writeFileSync(join(directory, 'schema.ts'), astToString(ast));
};

const generateHeyApi = async (document: Document, directory: string): Promise<void> => {
  await createClient({
    input: document,
    output: { path: join(directory, 'client'), tsConfigPath: null },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  });
};

/** Compiles a consumer and its imports with strict settings. Returns the errors. */
const compile = (file: string): string[] => {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file: source, start }) => {
    const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${source?.fileName ?? ''}:${String(line)} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
};

interface Consumer {
  run(tools: { baseUrl: string; adminToken: string; mailedToken: () => Promise<string> }): Promise<unknown>;
}

describe.each([
  ['openapi-fetch', generateOpenApiFetch],
  ['hey-api', generateHeyApi],
] as const)('client generated for %s', (name, generate) => {
  it('supports registration, login, refresh, update, search, password reset and error handling in strict TypeScript', async () => {
    const directory = join(workDirectory, name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const consumer = join(directory, 'consumer.ts');
    copyFileSync(resolve('tests/contract/clients/consumers', `${name}.ts`), consumer);
    // No cast, no `any`, no suppressed error.
    expect(readFileSync(consumer, 'utf8').replace(/\/\*[^]*?\*\//g, '')).not.toMatch(/\bas (?!const)|\bany\b|@ts-|\w!/);

    const { body: document } = await app.send('GET', '/openapi.json');
    await generate(document as Document, directory);
    expect(compile(consumer)).toEqual([]);

    const { run } = (await import(consumer)) as Consumer;
    const admin = await createUser(app, ['admin']);
    const outcome = await run({
      baseUrl: app.url,
      adminToken: admin.token,
      mailedToken: () => tokenFromMail(app),
    });
    expect(outcome).toMatchObject({
      registered: { email_verified: false },
      refreshed: { token_type: 'Bearer' },
      updated: { current_goal: 'A client without a cast' },
      stale: 'precondition_failed',
      found: [expect.stringMatching(/\.client$/)],
      duplicate: 'taken',
      invalid: '/username too_short',
      configErrors: ['rateLimit.login.point'],
      resetStatus: 204,
    });
  }, 120_000);
});
