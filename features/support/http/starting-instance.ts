import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { startingApp } from '../../../src/server/startup/starting-app.js';
import type { RollcallWorld } from '../world.js';

/** The listener of the instance that waits for its database. */
export const startingInstance = (world: RollcallWorld): HttpListener =>
  world.saved.get('starting instance') as HttpListener;

/** Starts an instance that waits for its database. */
export const startWaitingInstance = async (world: RollcallWorld): Promise<void> => {
  const { services } = await world.ready();
  const listener = new HttpListener(startingApp(services).callback(), services.config.current.server);
  world.saved.set('starting instance', listener);
  await listener.listen('127.0.0.1', 0);
};

/** Closes it if there is one. */
export const closeWaitingInstance = async (world: RollcallWorld): Promise<void> => {
  if (world.saved.has('starting instance')) await startingInstance(world).close();
};
