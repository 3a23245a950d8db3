import type { Services } from '../../services.js';

/** Whole seconds since the start, by monotonic time. */
export const uptimeSeconds = ({ clock, lifecycle }: Pick<Services, 'clock' | 'lifecycle'>): number =>
  Math.floor((clock.monotonicMs() - lifecycle.startedAtMs) / 1000);
