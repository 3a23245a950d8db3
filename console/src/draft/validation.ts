import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import { problemOf, type ProblemDetail } from '../api/problem';
import type { Config } from '../screens/configuration/use-config';
import type { Changes } from './draft';

/** Pause after the last key press before the service validates, in milliseconds. */
const pauseMs = 300;

/** The errors of changes; null until the service has validated exactly these changes. */
type ValidationErrors = readonly ProblemDetail[] | null;

const noErrors: readonly ProblemDetail[] = [];

/**
 * Lets the service validate changes while they are edited, and again when the configuration changes. A response to earlier changes
 * is ignored, because it is stored under them.
 */
export const useValidation = (config: Config | undefined, changes: Changes, isEnabled = true): ValidationErrors => {
  const text = JSON.stringify(changes);
  const [settled] = useDebouncedValue(text, pauseMs);
  const { data } = useQuery({
    queryKey: ['validation', settled, config?.etag],
    enabled: isEnabled && config !== undefined && settled === text && Object.keys(changes).length > 0,
    staleTime: Infinity,
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const body = { changes: JSON.parse(settled) as Record<string, unknown> };
      const { error, response } = await api.POST('/api/v1/admin/config/validate', { body, signal });
      if (response.ok) return noErrors;
      const problem = problemOf(response, error);
      if (problem.code !== 'invalid_config') throw problem;
      return problem.errors;
    },
  });
  return settled === text && isEnabled ? (data ?? null) : null;
};

/** The error of one key. */
export const errorOf = (errors: ValidationErrors, key: string): ProblemDetail | undefined =>
  errors?.find((error) => error.key === key);

/** Errors of other keys, such as a conflict with a setting that is not changed. */
export const errorsBesides = (errors: ValidationErrors, keys: readonly string[]): readonly ProblemDetail[] =>
  errors?.filter(({ key }) => typeof key !== 'string' || !keys.includes(key)) ?? noErrors;
