import { useSyncExternalStore } from 'react';

/** The key under which the choice is stored. */
const storageKey = 'rollcall-exact-utc';

const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const isUtc = (): boolean => localStorage.getItem(storageKey) === 'yes';

/** Whether times are shown exactly and in UTC, as in logs; otherwise in the zone of the viewer, with UTC on hover. */
export const useUtc = (): boolean => useSyncExternalStore(subscribe, isUtc);

/** Sets how all times are shown. */
export const setUtc = (chosen: boolean): void => {
  if (chosen) localStorage.setItem(storageKey, 'yes');
  else localStorage.removeItem(storageKey);
  for (const listener of listeners) listener();
};
