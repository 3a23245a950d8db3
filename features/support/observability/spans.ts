import type { RollcallWorld } from '../world.js';
import type { TraceCollector } from './trace-collector.js';

/** The trace collector of the scenario. */
export const collectorOf = (world: RollcallWorld): TraceCollector => world.saved.get('collector') as TraceCollector;

/** Ends tracing, which sends all remaining spans. */
export const flushSpans = async (world: RollcallWorld): Promise<void> => {
  await (await world.ready()).services.tracing.close();
};

/** Everything that the collector has received, as text. */
export const receivedText = (world: RollcallWorld): string => collectorOf(world).requestBodies.join('');
