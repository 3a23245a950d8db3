/** Loads each value once and keeps it. A load that fails is not kept: the next request for the value tries again. */
export class LoadOnce<V> {
  readonly #loads = new Map<string, Promise<V>>();

  /** The value of a name; `load` is called if there is none yet. */
  get(name: string, load: () => Promise<V>): Promise<V> {
    const known = this.#loads.get(name);
    if (known !== undefined) return known;
    const loading = load().catch((error: unknown) => {
      this.#loads.delete(name);
      throw error;
    });
    this.#loads.set(name, loading);
    return loading;
  }
}
