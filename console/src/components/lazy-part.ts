import { Problem } from '../api/problem';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** Pauses between attempts, in milliseconds: about as long as the service takes to restart. */
const pauses = [300, 1_000, 2_000, 4_000];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Loads a script, and tries again while the service cannot be reached. */
const loadPatiently = async <T>(load: () => Promise<T>): Promise<T> => {
  for (const ms of pauses) {
    try {
      return await load();
    } catch {
      await pause(ms);
    }
  }
  return load().catch(() => {
    const detail = 'A script of the console could not be loaded. After an update of the service, reload the page.';
    throw new Problem(0, 'script_unavailable', 'This screen could not be loaded', detail, null);
  });
};

/** A component that is loaded when it is first shown. */
export const lazyPart = <P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): LazyExoticComponent<ComponentType<P>> => lazy(() => loadPatiently(load));
