import { useLocation, useSearch, useSearchParams } from 'wouter';

/** The filters of a list, which are kept in the URL: empty ones are left out. */
export const useFilters = (): readonly [
  get: (name: string) => string,
  set: (changes: Readonly<Record<string, string | null>>) => void,
] => {
  const [params, setParams] = useSearchParams();
  return [
    (name) => params.get(name) ?? '',
    (changes) => {
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      );
    },
  ];
};

/**
 * Returns a function that builds the URL of this screen with its current filters and one more. A link with it can be
 * opened in another tab.
 */
export const useFilterLink = (): ((name: string, value: string) => string) => {
  const [location] = useLocation();
  const search = useSearch();
  return (name, value) => {
    const params = new URLSearchParams(search);
    params.set(name, value);
    return `${location}?${params.toString()}`;
  };
};
