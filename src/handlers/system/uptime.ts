import type { Services } from '../../services.js';

/** Whole seconds since the start, by monotonic time. */
export const uptimeSeconds = ({ clock, life }: Pick<Services, 'clock' | 'life'>): number =>
  Math.floor((clock.monotonicMs() - life.startedAtMs) / 1000);
