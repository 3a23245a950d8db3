import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';

/** The active configuration, as the API describes it, with its ETag. */
export type Config = Schemas['Config'] & {
  readonly etag: string;
  /** The time of the service minus that of `performance.now()`, in milliseconds: the clock of the browser may be wrong. */
  readonly clockOffset: number;
};

/** One setting. */
export type Setting = Config['settings'][number];

/** Loads the active configuration, and again every few seconds. */
export const useConfig = (enabled = true): UseQueryResult<Config> =>
  useQuery({
    queryKey: ['config'],
    enabled,
    queryFn: async (): Promise<Config> => {
      const { data, error, response } = await api.GET('/api/v1/admin/config');
      if (!data) throw problemOf(response, error);
      const sentAt = Date.parse(response.headers.get('Date') ?? '');
      const clockOffset = (Number.isNaN(sentAt) ? Date.now() : sentAt) - performance.now();
      return { ...data, etag: response.headers.get('ETag') ?? '', clockOffset };
    },
    refetchInterval: 3_000,
  });

/** When a change of a setting takes effect. */
export const classMeanings: Readonly<Record<Setting['class'], string>> = {
  live: 'takes effect on the next request',
  new: 'applies to newly issued tokens, hashes and keys',
  drain: 'takes effect once the new resource is ready',
  restart: 'takes effect after a restart',
};

/** A layer in words. */
export const describeSource = (source: string): string => {
  if (source === 'default') return 'the default of the service';
  if (source.startsWith('file:')) return `the file ${source.slice(5)}`;
  if (source.startsWith('env:')) return `the environment variable ${source.slice(4)}`;
  return source === 'rollback' ? 'a rollback, which overrides the files' : 'an override, made while the service runs';
};
