declare module 'inflation' {
  import type { IncomingMessage } from 'node:http';
  import type { Readable } from 'node:stream';

  /** Decodes the body according to its Content-Encoding; throws a 415 for an unknown encoding. */
  export default function inflation(request: IncomingMessage): Readable;
}
