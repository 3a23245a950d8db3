import { UsageError } from './options.js';

/** How long the deployed service may take to respond, in milliseconds. */
const timeoutMs = 10_000;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof AggregateError ? reasonOf(error.errors[0]) : error.message;
};

/**
 * Checks that the deployed service responds.
 * @throws {UsageError} if it does not
 */
export const requireService = async (baseUrl: string): Promise<void> => {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    throw new UsageError(`BASE_URL must be the URL of a service, for example http://127.0.0.1:3000, not "${baseUrl}".`);
  }
  try {
    const response = await fetch(new URL('/api/health', baseUrl), { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
  } catch (error) {
    throw new UsageError(`The service at ${baseUrl} (BASE_URL) cannot be reached: ${reasonOf(error)}.`);
  }
};
