/** GET /pages/link.css: readable at any size, in light and dark mode, with a visible focus (WCAG 2.2, 2.4.7). */
export const linkStyle = `:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.25; }
form:not([hidden]) { display: grid; gap: 0.75rem; }
form p, form label { margin: 0; }
label { font-weight: 600; }
label:has([type='checkbox']) { font-weight: 400; }
input:not([type='checkbox']), textarea { font: inherit; padding: 0.5rem; width: 100%; box-sizing: border-box; }
textarea { font: 0.875rem/1.4 ui-monospace, monospace; }
button { font: inherit; font-weight: 600; padding: 0.625rem 1.25rem; justify-self: start; cursor: pointer; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
#result:focus { outline: none; }
#result.refused { border-inline-start: 4px solid #c62828; padding-inline-start: 0.75rem; }
#result.done { border-inline-start: 4px solid #2e7d32; padding-inline-start: 0.75rem; }
`;
