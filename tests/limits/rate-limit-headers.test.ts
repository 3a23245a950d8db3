import { expect, it } from 'vitest';
import { rateLimitHeaders } from '../../src/limits/rate-limiter.js';
import { makeLimiter } from './support.js';

it('writes the fields of IETF draft 10', async () => {
  const { limiter, rateLimit, clock } = makeLimiter();
  rateLimit.login = { points: 60, window: 60_000, block: 0 };
  await limiter.consume('login', 'a');
  clock.advance(18_000);
  expect(rateLimitHeaders(await limiter.consume('login', 'a'))).toEqual({
    'RateLimit-Policy': '"login";q=60;w=60',
    RateLimit: '"login";r=58;t=42',
  });
});

it('writes whole seconds, rounded up, for any window', async () => {
  const { limiter, rateLimit, clock } = makeLimiter();
  rateLimit.greet = { points: 1, window: 1_500, block: 0 };
  await limiter.consume('greet', 'a');
  clock.advance(0.25);
  expect(rateLimitHeaders(await limiter.consume('greet', 'a'))).toEqual({
    'RateLimit-Policy': '"greet";q=1;w=2',
    RateLimit: '"greet";r=0;t=2',
  });
});
