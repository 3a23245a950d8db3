import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import { notFound } from '../../errors/not-found.js';
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

/** Valid names of assets; none of them leads out of the directory. */
const assetName = /^\w[\w.-]{0,199}$/;

/**
 * The files of the operator console, as built by `npm run build`: hashed names, compressed at build time. A new build may
 * replace them while the service runs. The new page is then served; files of the old build are available only if they were
 * requested before.
 */
export class ConsoleFiles {
  readonly #assets = new LoadOnce<Representation>();

  /** @param directory where the built console is; undefined if it has not been built */
  constructor(private readonly directory = findDirectory()) {}

  /**
   * The HTML page, with placeholders for the base URL and the nonce. It is read for each request, because a build can replace it.
   * @throws {AppError} not_found if the console has not been built
   */
  async page(): Promise<string> {
    const { directory } = this;
    const page = directory && (await readIfPresent(new URL('index.html', directory)));
    if (page === undefined) {
      throw new AppError('not_found', { detail: 'The console has not been built; run `npm run build`.' });
    }
    return page.toString('utf8');
  }

  /**
   * A script, style sheet or image.
   * @throws {AppError} not_found if there is none with this name
   */
  async asset(name: string): Promise<Representation> {
    const { directory } = this;
    const type = types[extname(name)];
    if (directory === undefined || type === undefined || !assetName.test(name)) throw notFound('file', name);
    return this.#assets.get(name, () => this.#load(name, new URL(`assets/${name}`, directory), type));
  }

  async #load(name: string, file: URL, type: string): Promise<Representation> {
    const [bytes, br, gzip] = await Promise.all([
      readIfPresent(file),
      readIfPresent(new URL(`${file.href}.br`)),
      readIfPresent(new URL(`${file.href}.gz`)),
    ]);
    if (bytes === undefined) throw notFound('file', name);
    return new Representation(type, bytes, { ...(br && { br }), ...(gzip && { gzip }) });
  }
}
