import { api, type Schemas } from './client';
import { problemOf } from './problem';

/** A user as the API describes it, with the ETag of this version. */
export type UserVersion = Schemas['AdminUser'] & { readonly etag: string };

/** Options of `useQuery`. */
interface UserQuery {
  readonly queryKey: readonly ['users', id: string];
  readonly queryFn: () => Promise<UserVersion>;
}

/** The query of one user. */
export const userQuery = (id: string): UserQuery => ({
  queryKey: ['users', id],
  queryFn: async () => {
    const { data, error, response } = await api.GET('/api/v1/admin/users/{id}', { params: { path: { id } } });
    if (!data) throw problemOf(response, error);
    return { ...data, etag: response.headers.get('ETag') ?? '' };
  },
});
