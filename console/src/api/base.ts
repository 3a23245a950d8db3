/** URL of the console, without a trailing slash: where a proxy serves it. */
export const consoleUrl = new URL(document.baseURI).href.replace(/\/$/, '');

/** Path of the console, for the router. */
export const consolePath = new URL(consoleUrl).pathname;

/** URL of the service, without a trailing slash. */
export const serviceUrl = consoleUrl.replace(/\/console$/, '');

/** The nonce for style sheets that scripts insert. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
