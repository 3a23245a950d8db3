import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { Config } from '../screens/configuration/use-config';

/** New values by key; null removes the override of the key. */
export type Changes = Readonly<Record<string, unknown>>;

/** Changes that are collected before they are applied, and the configuration that they were made against. */
export interface Draft {
  readonly changes: Changes;
  /** The values of the changed keys when they were changed. */
  readonly base: Changes;
  readonly set: (config: Config, key: string, value: unknown) => void;
  readonly remove: (key: string) => void;
  readonly clear: () => void;
}

const DraftContext = createContext<Draft | null>(null);

const without = (changes: Changes, key: string): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([name]) => name !== key));

/**
 * Keeps the draft while the user moves between screens, and while the session is renewed. The browser asks before the
 * page, and with it the draft, is closed.
 */
export const DraftProvider = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const [changes, setChanges] = useState<Changes>({});
  const [base, setBase] = useState<Changes>({});
  const set = useCallback((config: Config, key: string, value: unknown) => {
    const current = config.settings.find((setting) => setting.key === key)?.value;
    setBase((known) => (key in known ? known : { ...known, [key]: current }));
    setChanges((known) => ({ ...known, [key]: value }));
  }, []);
  const remove = useCallback((key: string) => {
    setBase((known) => without(known, key));
    setChanges((known) => without(known, key));
  }, []);
  const clear = useCallback(() => {
    setBase({});
    setChanges({});
  }, []);
  const isEmpty = Object.keys(changes).length === 0;
  useEffect(() => {
    if (isEmpty) return undefined;
    const ask = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => {
      removeEventListener('beforeunload', ask);
    };
  }, [isEmpty]);
  const draft = useMemo(() => ({ changes, base, set, remove, clear }), [changes, base, set, remove, clear]);
  return <DraftContext.Provider value={draft}>{children}</DraftContext.Provider>;
};

/** The draft of the user. */
export const useDraft = (): Draft => {
  const draft = useContext(DraftContext);
  if (draft === null) throw new TypeError('useDraft is used outside of DraftProvider');
  return draft;
};
