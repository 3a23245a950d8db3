import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import { LoadOnce } from '../../middleware/load-once.js';
import { Representation } from '../../middleware/representation.js';

/** Media types of the built files, by extension. */
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The built console: next to the compiled service, or in `dist/` when the sources run. */
const findDirectory = (): URL | undefined =>
  ['../../../console/', '../../../dist/console/']
    .map((path) => new URL(path, import.meta.url))
    .find((directory) => existsSync(new URL('assets/', directory)));

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const readIfPresent = (file: URL): Promise<Buffer | undefined> =>
  readFile(file).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });

/** The files of the operator console, as built by `npm run build`: hashed names, compressed at build time. */
export class ConsoleFiles {
  readonly #names: ReadonlySet<string>;
  readonly #assets = new LoadOnce<Representation>();
  readonly #pages = new LoadOnce<string>();

  /** @param directory where the built console is; undefined if it has not been built */
  constructor(private readonly directory = findDirectory()) {
    this.#names = new Set(directory === undefined ? [] : readdirSync(new URL('assets/', directory)));
  }

  /**
   * The HTML page, with placeholders for the base URL and the nonce.
   * @throws {AppError} not_found if the console has not been built
   */
  page(): Promise<string> {
    const { directory } = this;
    if (directory === undefined) {
      throw new AppError('not_found', { detail: 'The console has not been built; run `npm run build`.' });
    }
    return this.#pages.get('index.html', () => readFile(new URL('index.html', directory), 'utf8'));
  }

  /** A script, style sheet or image; undefined if there is none with this name. */
  asset(name: string): Promise<Representation> | undefined {
    const { directory } = this;
    if (directory === undefined || !this.#names.has(name)) return undefined;
    const type = types[extname(name)];
    if (type === undefined) return undefined;
    return this.#assets.get(name, () => this.#load(new URL(`assets/${encodeURIComponent(name)}`, directory), type));
  }

  async #load(file: URL, type: string): Promise<Representation> {
    const [bytes, br, gzip] = await Promise.all([
      readFile(file),
      readIfPresent(new URL(`${file.href}.br`)),
      readIfPresent(new URL(`${file.href}.gz`)),
    ]);
    return new Representation(type, bytes, { ...(br && { br }), ...(gzip && { gzip }) });
  }
}
