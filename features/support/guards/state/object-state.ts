/**
 * Keys that change by themselves. `Error.stackTraceLimit` and similar settings are compared by ProcessValues, listeners by
 * ProcessListeners.
 */
const volatile: ReadonlySet<PropertyKey> = new Set([
  ...['prepareStackTrace', 'stackTraceLimit', 'arguments', 'caller'],
  ...['_events', '_eventsCount', '_maxListeners'],
]);

/** Objection models fill keys that begin with `$$` on first use. */
const isVolatile = (key: PropertyKey): boolean =>
  volatile.has(key) || (typeof key === 'string' && key.startsWith('$$'));

/** Ends the name of an object that cannot be put back. */
export const cannotBeUndone = '(frozen or sealed)';

/** How deep objects and arrays are followed. */
const maxDepth = 3;

interface Watched {
  readonly path: string;
  readonly target: object;
  readonly keys: PropertyKey[];
  /** Undefined for a property that the object does not have itself. */
  readonly descriptors: (PropertyDescriptor | undefined)[];
  /** Whether a new property is a change. */
  readonly isWhole: boolean;
  isExtensible: boolean;
  readonly prototype: object | null;
}

/** An array and its elements. */
interface WatchedArray {
  readonly path: string;
  readonly target: unknown[];
  readonly elements: readonly unknown[];
}

const isPlain = (value: unknown): value is object => {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
};

/** A class, or a function with properties; any other function can only be replaced as a whole. */
const hasMembers = (value: unknown): boolean =>
  typeof value === 'function' &&
  Reflect.ownKeys(value).some((key) =>
    key === 'prototype'
      ? Reflect.ownKeys((value as unknown as { readonly prototype?: object }).prototype ?? {}).length > 1
      : key !== 'length' && key !== 'name' && !isVolatile(key),
  );

const isSame = (one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean =>
  one === other ||
  // A property that is computed when it is read for the first time.
  (one?.get !== undefined && one.configurable === true && other !== undefined && 'value' in other) ||
  (one !== undefined &&
    other !== undefined &&
    Object.is(one.value, other.value) &&
    one.get === other.get &&
    one.set === other.set);

/** The properties of objects, so that a change can be found, named and undone. */
export class ObjectState {
  readonly #watched: Watched[] = [];
  readonly #arrays: WatchedArray[] = [];
  readonly #seen = new Set<object>();

  /**
   * Remembers the properties of an object, of plain objects and arrays in it, and of the prototype of a class.
   * @param path its name in messages
   */
  watch(path: string, target: unknown, depth = maxDepth): void {
    const isFunction = typeof target === 'function';
    if (!isFunction && (typeof target !== 'object' || target === null)) return;
    // Schemas of Zod compile their methods on first use.
    if (this.#seen.has(target) || '_zod' in target) return;
    this.#seen.add(target);
    if (Array.isArray(target) && target !== Array.prototype) {
      this.#watchArray(path, target, depth);
      return;
    }
    const keys = Reflect.ownKeys(target).filter((key) => !isVolatile(key));
    const descriptors = keys.map((key) => Object.getOwnPropertyDescriptor(target, key));
    this.#watched.push({
      ...{ path, target, keys, descriptors, isWhole: true },
      ...{ isExtensible: Object.isExtensible(target), prototype: Object.getPrototypeOf(target) as object | null },
    });
    keys.forEach((key, index) => {
      const value: unknown = descriptors[index]?.value;
      const name = `${path}.${String(key)}`;
      if (isFunction && key === 'prototype') this.watch(name, value, 0);
      else if (depth > 0 && isPlain(value)) this.watch(name, value, depth - 1);
      else if (depth > 0 && hasMembers(value)) this.watch(name, value, 0);
    });
  }

  /**
   * Remembers the functions and texts of an internal module of a library and, as a whole, the prototypes of its classes. Other
   * values, and further properties of the module, may be set by the library itself.
   */
  watchModule(path: string, exports: unknown): void {
    if ((typeof exports !== 'function' && !isPlain(exports)) || this.#seen.has(exports)) return;
    this.#seen.add(exports);
    const members = Object.entries(Object.getOwnPropertyDescriptors(exports)).filter(
      ([key, { value }]) => !isVolatile(key) && ['function', 'string', 'number'].includes(typeof value),
    );
    const classes: [string, unknown][] = members.map(([key, { value }]) => [`${path}.${key}`, value as unknown]);
    this.watchKeys(
      path,
      exports,
      members.map(([key]) => key),
    );
    for (const [name, member] of [[path, exports] as const, ...classes]) {
      const prototype: unknown =
        typeof member === 'function' ? Object.getOwnPropertyDescriptor(member, 'prototype')?.value : undefined;
      if (hasMembers(member)) this.watch(`${name}.prototype`, prototype, 0);
    }
    for (const [key, table] of Object.entries(exports)) {
      if (
        isPlain(table) &&
        !Array.isArray(table) &&
        Object.values(table).every((entry) => ['string', 'function'].includes(typeof entry))
      ) {
        this.watchKeys(`${path}.${key}`, table, Object.keys(table));
      }
    }
  }

  /** Whether an object is watched. */
  watches(target: unknown): boolean {
    return this.#seen.has(target as object);
  }

  /** Remembers some properties of an object. */
  watchKeys(path: string, target: object, keys: readonly PropertyKey[]): void {
    const descriptors = keys.map((key) => Object.getOwnPropertyDescriptor(target, key));
    const prototype = Object.getPrototypeOf(target) as object | null;
    this.#watched.push({ path, target, keys: [...keys], descriptors, isWhole: false, isExtensible: true, prototype });
  }

  /** Compares elements instead of properties: dictionaries have tens of thousands. */
  #watchArray(path: string, target: unknown[], depth: number): void {
    this.#arrays.push({ path, target, elements: [...target] });
    if (depth === 0) return;
    for (const [index, element] of target.entries()) {
      if (isPlain(element)) this.watch(`${path}.${String(index)}`, element, depth - 1);
    }
  }

  /** Puts changed properties and elements back, removes new ones, and returns their names. */
  restore(): string[] {
    const changed: string[] = [];
    for (const watched of this.#watched) {
      const { path, target, prototype } = watched;
      if (Object.getPrototypeOf(target) !== prototype && Reflect.setPrototypeOf(target, prototype)) {
        changed.push(`${path} (its prototype)`);
      }
      restoreOne(watched, changed);
      if (watched.isExtensible && watched.isWhole && !Object.isExtensible(watched.target)) {
        watched.isExtensible = false;
        changed.push(`${watched.path} ${cannotBeUndone}`);
      }
    }
    for (const { path, target, elements } of this.#arrays) {
      if (hasElements(target, elements)) continue;
      target.splice(0, target.length, ...elements);
      changed.push(path);
    }
    return changed;
  }
}

/** Whether an array is unchanged. A loop is several times faster here than `every()`. */
const hasElements = (target: readonly unknown[], elements: readonly unknown[]): boolean => {
  if (target.length !== elements.length) return false;
  for (let index = 0; index < elements.length; index += 1) {
    if (target[index] !== elements[index] && !Object.is(target[index], elements[index])) return false;
  }
  return true;
};

/**
 * Puts the properties of one object back, and adds the names of changed ones to `changed`. An index loop, because this runs for
 * every object after each scenario.
 */
const restoreOne = ({ path, target, keys, descriptors, isWhole }: Watched, changed: string[]): void => {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as PropertyKey;
    const before = descriptors[index];
    if (isSame(before, Object.getOwnPropertyDescriptor(target, key))) continue;
    changed.push(`${path}.${String(key)}`);
    const isRestored =
      before === undefined ? Reflect.deleteProperty(target, key) : Reflect.defineProperty(target, key, before);
    // What cannot be restored is reported once, for the scenario that did it.
    if (!isRestored) descriptors[index] = Object.getOwnPropertyDescriptor(target, key);
  }
  if (!isWhole) return;
  const current = Reflect.ownKeys(target);
  if (current.length === keys.length) return;
  const known = new Set(keys);
  for (const key of current) {
    if (known.has(key) || isVolatile(key)) continue;
    changed.push(`${path}.${String(key)}`);
    if (Reflect.deleteProperty(target, key)) continue;
    keys.push(key);
    descriptors.push(Object.getOwnPropertyDescriptor(target, key));
  }
};
