import { syncBuiltinESMExports } from 'node:module';

/** Replaced functions of Node.js, which can be put back. */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces a method. Its other properties, such as the variant for `promisify`, stay. */
  method<T extends object>(target: T, name: string, replace: (original: Method) => Method): void {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    const original = (target as Readonly<Record<string, unknown>>)[name];
    if (typeof original !== 'function') return;
    const replacement = replace(original as Method);
    const {
      length: _length,
      name: _name,
      prototype: _prototype,
      ...rest
    } = Object.getOwnPropertyDescriptors(original) as Record<PropertyKey, PropertyDescriptor>;
    Object.defineProperties(replacement, rest);
    Object.defineProperty(target, name, { ...descriptor, value: replacement, writable: true, configurable: true });
    this.#undo.push(() => {
      if (descriptor === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, descriptor);
    });
  }

  /** Replaces a class. */
  value(target: object, name: string, replace: (original: unknown) => unknown): void {
    const original: unknown = Reflect.get(target, name);
    Reflect.set(target, name, replace(original));
    this.#undo.push(() => {
      Reflect.set(target, name, original);
    });
  }

  /** Lets modules that import the replaced functions by name use them. */
  publish(): void {
    syncBuiltinESMExports();
  }

  /** Restores all original functions. */
  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    syncBuiltinESMExports();
  }
}

/** A method of any object. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;
