/**
 * Lint rules: the strict, type-checked rules of typescript-eslint and the conventions of this project that concern one file.
 * Rules for the whole source tree, such as import directions, are in scripts/check-architecture.ts.
 */
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Errors that the compiler does not find. Prettier handles formatting. */
const coreRules = {
  'array-callback-return': 'error',
  curly: ['error', 'multi-line'],
  eqeqeq: 'error',
  'no-alert': 'error',
  'no-constant-binary-expression': 'error',
  'no-constructor-return': 'error',
  'no-debugger': 'error',
  'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-misleading-character-class': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unmodified-loop-condition': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-catch': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-object-has-own': 'error',
};

const typedRules = {
  '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10, 'ts-ignore': true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  // The service counts code points by spreading strings.
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
  // Type aliases have an index signature, unlike interfaces. `as T` is preferred to `!`.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-indexed-object-style': 'off',
  '@typescript-eslint/non-nullable-type-assertion-style': 'off',
  // A synchronous implementation of an asynchronous interface is an async function without await.
  '@typescript-eslint/require-await': 'off',
  // Dependencies are arguments, so an object with the same shape can replace an instance.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // `Promise<Prepared | void>`: a function may return nothing.
  '@typescript-eslint/no-invalid-void-type': 'off',
  // The project has no enums, and this rule takes a fifth of the time.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  // A type parameter that is used once can document the return type.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

const globalBinding = {
  selector: 'CallExpression[callee.type="MemberExpression"][callee.property.name="knex"][callee.object.name=/^[A-Z]/]',
  message: 'A global connection would be shared by all apps in the process: pass the connection, User.query(db).',
};

const wallClock = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Take the time from the clock service (clock.now()), so that expiry can be tested by moving the clock.',
  },
  {
    selector: 'CallExpression[callee.name="Date"]',
    message: 'Take the time from the clock service (clock.now()), so that expiry can be tested by moving the clock.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Take the time from the clock service (clock.now()), so that expiry can be tested by moving the clock.',
  },
];

const noProcess = 'Only main.ts, cli/, config/ and testing/ access `process`. Pass the value as an argument.';

export default defineConfig(
  // Consumers of generated clients are compiled by their test, together with the generated code.
  globalIgnores(['dist/', 'reports/', 'coverage/', '.cache/', '.data/', 'tests/contract/clients/consumers/']),
  {
    files: ['**/*.{js,ts,tsx}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: coreRules,
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...typedRules, 'no-restricted-syntax': ['error', globalBinding] },
  },
  {
    files: ['src/**/*.ts', 'packages/*/src/**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'process', message: noProcess }],
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, message: noProcess })) },
      ],
      'no-restricted-syntax': ['error', globalBinding, ...wallClock],
    },
  },
  {
    // The console runs in a browser; the types of its API are generated by `npm run console:types`.
    files: ['console/**/*.{ts,tsx}'],
    rules: { 'max-lines': ['error', { max: 250 }], 'no-console': 'error' },
  },
  {
    // These modules use time and `process` directly, but receive the environment as an argument.
    files: ['src/config/**/*.ts', 'src/testing/**/*.ts', 'packages/*/src/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts and cli/ read the environment. Pass the value as an argument.',
        },
      ],
    },
  },
  {
    // The default for options that were not given.
    files: ['packages/scenario-schema/src/environment.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/config/**/*.ts', 'src/observability/logger.ts', 'src/clock.ts', 'src/testing/test-clock.ts'],
    rules: { 'no-restricted-syntax': ['error', globalBinding] },
  },
  {
    files: ['src/main.ts', 'src/cli/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-syntax': ['error', globalBinding],
    },
  },
  {
    // A query builder can be awaited, so a condition like `(query) => query.where(…)` looks like a forgotten promise.
    files: ['src/models/**/*.ts'],
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }] },
  },
  {
    files: ['tests/**/*.ts', 'features/**/*.ts'],
    rules: {
      // A wrong assumption about a value fails the test.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
