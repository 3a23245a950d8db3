import { register } from 'tsx/esm/api';

register();

/**
 * For editors that run `cucumber-js` themselves, and for step completion. Scenarios need a database and a run, which only
 * `npm run features` sets up; without it they stop with one sentence that says so.
 */
export default {
  paths: ['features/**/*.feature'],
  import: ['features/support/hooks.ts', 'features/steps/**/*.ts'],
  format: ['progress'],
};
