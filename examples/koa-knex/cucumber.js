/** The schema comes first, so that its After hook runs last. */
export default { import: ['features/support/schema.js', 'features/support/steps.js'] };
