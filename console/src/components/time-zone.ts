import { useSyncExternalStore } from 'react';

/** Where the choice is kept; it is no secret. */
const storageKey = 'rollcall-exact-utc';

const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const isUtc = (): boolean => localStorage.getItem(storageKey) === 'yes';

/** Whether times are shown exactly and in UTC, as in logs; otherwise in the zone of the viewer, with UTC on hover. */
export const useUtc = (): boolean => useSyncExternalStore(subscribe, isUtc);

/** Chooses the form of all times. */
export const setUtc = (chosen: boolean): void => {
  if (chosen) localStorage.setItem(storageKey, 'yes');
  else localStorage.removeItem(storageKey);
  for (const listener of listeners) listener();
};
