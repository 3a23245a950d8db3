declare module 'inflation' {
  import type { IncomingMessage } from 'node:http';
  import type { Readable } from 'node:stream';

  /** The body decoded as its Content-Encoding says; throws a 415 for an encoding it does not know. */
  export default function inflation(request: IncomingMessage): Readable;
}
