import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { entityTagOf } from '../contract/entity-tag.js';
import type { ApiContext } from './context.js';
import { LoadOnce } from './load-once.js';

const compress = {
  br: (bytes: Buffer): Promise<Buffer> =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 7, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: 9 }),
} as const;

type Coding = keyof typeof compress;

/** Below this length, in bytes, compression saves less than a packet. */
const leastCompressed = 1024;

/**
 * Public content that is the same for every caller, such as a script. It is compressed at the first request that
 * accepts the coding, and then cached. Do not use it for other content: if a compressed response contains both a secret and
 * text that the caller chooses, its length reveals the secret (BREACH, CVE-2013-3587).
 */
export class Representation {
  readonly #bytes: Buffer;
  readonly #tag: string;
  readonly #stored: Readonly<Partial<Record<Coding, Buffer>>>;
  readonly #compressed = new LoadOnce<Buffer>();

  /**
   * @param type the media type
   * @param stored the content in codings in which it is already compressed
   */
  constructor(
    readonly type: string,
    content: string | Buffer,
    stored: Readonly<Partial<Record<Coding, Buffer>>> = {},
  ) {
    this.#bytes = Buffer.from(content);
    this.#stored = stored;
    this.#tag = entityTagOf(this.#bytes.toString('base64'));
  }

  /** Sends the bytes in a coding that the caller accepts. Each coding has a different ETag. */
  async send(ctx: ApiContext): Promise<void> {
    const coding = this.#codingFor(ctx);
    ctx.body = coding === undefined ? this.#bytes : await ctx.state.deadline.pausedDuring(() => this.#in(coding));
    ctx.type = this.type;
    ctx.vary('Accept-Encoding');
    ctx.set('ETag', coding === undefined ? this.#tag : this.#tag.replace(/"$/, `-${coding}"`));
    if (coding !== undefined) ctx.set('Content-Encoding', coding);
  }

  #codingFor(ctx: ApiContext): Coding | undefined {
    if (this.#bytes.length < leastCompressed) return undefined;
    // Brotli is smaller, so it is preferred if both are accepted.
    if (ctx.acceptsEncodings('br') === 'br') return 'br';
    return ctx.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : undefined;
  }

  async #in(coding: Coding): Promise<Buffer> {
    return this.#stored[coding] ?? (await this.#compressed.get(coding, () => compress[coding](this.#bytes)));
  }
}
