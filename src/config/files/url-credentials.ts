import { masked } from '../schema/setting.js';

/** The credentials of a URL (RFC 3986, 3.2.1). They may contain a slash that should have been escaped. */
const credentials = /:\/\/[^\s"'<>]*@/g;

/** Replaces the credentials of URLs in a text: a connection URL may have been written where none belongs. */
export const maskCredentials = (text: string): string => text.replaceAll(credentials, `://${masked}@`);
