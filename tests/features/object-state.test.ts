import { describe, expect, it } from 'vitest';
import { ObjectState } from '../../features/support/guards/state/object-state.js';

describe('the properties of objects', () => {
  it('include those of prototypes, of Array and of classes in a module', () => {
    class Model {
      load(): number {
        return 1;
      }
    }
    const state = new ObjectState();
    state.watch('Array', Array, 0);
    state.watch('module', { Model });
    const { load } = Object.getOwnPropertyDescriptors(Model.prototype);
    Object.defineProperty(Array.prototype, 'leaked', { value: 1, configurable: true });
    Model.prototype.load = () => 2;
    expect(state.restore()).toEqual(['Array.prototype.leaked', 'module.Model.prototype.load']);
    expect('leaked' in []).toBe(false);
    expect(Object.getOwnPropertyDescriptor(Model.prototype, 'load')).toEqual(load);
  });

  it('that cannot be restored are named once', () => {
    const [locked, frozen] = [{}, { a: 1 }];
    const state = new ObjectState();
    state.watch('locked', locked);
    state.watch('frozen', frozen);
    Object.defineProperty(locked, 'leaked', { value: 1 });
    Object.freeze(frozen);
    expect(state.restore()).toEqual(['locked.leaked', 'frozen (frozen or sealed)']);
    expect(state.restore()).toEqual([]);
  });

  it('include own properties whose value is inherited too', () => {
    const target = Object.assign(Object.create({ inherited: 1 }) as object, { inherited: 1 });
    const state = new ObjectState();
    state.watchKeys('target', target, ['inherited']);
    Reflect.deleteProperty(target, 'inherited');
    expect(state.restore()).toEqual(['target.inherited']);
    expect(Object.hasOwn(target, 'inherited')).toBe(true);
  });

  it('include the prototype itself', () => {
    class Base {
      load(): number {
        return 1;
      }
    }
    class Model extends Base {}
    const state = new ObjectState();
    state.watch('Model', Model);
    Object.setPrototypeOf(Model.prototype, { leaked: 1 });
    expect(state.restore()).toContain('Model.prototype (its prototype)');
    expect(Object.getPrototypeOf(Model.prototype)).toBe(Base.prototype);
  });

  it('that are computed on first use are no change', () => {
    const target: Record<string, unknown> = {};
    Object.defineProperty(target, 'lazy', {
      configurable: true,
      get: () => {
        Object.defineProperty(target, 'lazy', { value: 1 });
        return 1;
      },
    });
    const state = new ObjectState();
    state.watch('target', target);
    expect(target['lazy']).toBe(1);
    target['$$cache'] = 1;
    expect(state.restore()).toEqual([]);
  });
});

describe('an internal module of a library', () => {
  class Pool {
    acquire(): string {
      return 'connection';
    }
  }
  const exported = { Pool, parse: (): number => 1, message: { 404: 'Not Found' }, cache: null as unknown };

  it('is restored: functions, prototypes and tables of texts; what it sets itself is no change', () => {
    const objects = new ObjectState();
    objects.watchModule('library/lib.js', exported);
    Pool.prototype.acquire = () => 'none';
    exported.parse = () => 2;
    exported.message[404] = 'Gone';
    exported.cache = {};
    expect(objects.restore().sort()).toEqual([
      'library/lib.js.Pool.prototype.acquire',
      'library/lib.js.message.404',
      'library/lib.js.parse',
    ]);
    expect([new Pool().acquire(), exported.parse(), exported.message[404]]).toEqual(['connection', 1, 'Not Found']);
    expect(objects.restore()).toEqual([]);
  });
});
