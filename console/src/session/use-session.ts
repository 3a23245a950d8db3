import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { session, type SessionState } from './session';

/** The state of the session. */
export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.snapshot);

/** Whether an account is that of the user. */
export const useIsOwnAccount = (id: string): boolean => {
  const state = useSession();
  return 'userId' in state && state.userId === id;
};

/** A permission of the API. */
export type Permission = Schemas['AdminSelf']['permissions'][number];

/** The permissions of the user; undefined until they are known. */
export const usePermissions = (): ReadonlySet<Permission> | undefined => {
  const { data } = useQuery({
    queryKey: ['me'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/me')),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
  return data && new Set(data.permissions);
};

/** Whether the user has a permission. */
export const useCan = (permission: Permission): boolean => usePermissions()?.has(permission) === true;
