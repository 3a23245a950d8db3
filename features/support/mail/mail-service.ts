import { startMailDelivery } from '../../../src/jobs/mail/start.js';
import { MailServer, type MailServerMode } from './mail-server.js';
import type { RollcallWorld, RunningApp } from '../world.js';

/** How long the delivery of an email may take, in milliseconds. */
export const mailTimeoutMs = 10_000;

/** The mail server of the scenario, the last one if there are several. */
export const serverOf = (world: RollcallWorld): MailServer => world.saved.get('mail server') as MailServer;

/** All mail servers of the scenario. */
export const serversOf = (world: RollcallWorld): MailServer[] =>
  (world.saved.get('mail servers') as MailServer[] | undefined) ?? [];

/** Starts a mail server, which becomes that of the scenario. */
export const startServer = async (world: RollcallWorld, mode: MailServerMode = 'plain'): Promise<MailServer> => {
  const server = await MailServer.start(mode);
  world.saved.set('mail server', server);
  world.saved.set('mail servers', [...serversOf(world), server]);
  return server;
};

/** Functions that stop the delivery workers, by the URL of their instance. */
const workersOf = (world: RollcallWorld): Map<string, () => Promise<void>> => {
  const known = world.saved.get('mail workers') as Map<string, () => Promise<void>> | undefined;
  const workers = known ?? new Map<string, () => Promise<void>>();
  world.saved.set('mail workers', workers);
  return workers;
};

/** Starts to deliver the email of an instance. */
export const startDelivery = (world: RollcallWorld, { url, services }: RunningApp): void => {
  workersOf(world).set(url, startMailDelivery(services));
};

/** Stops all delivery workers. */
export const stopDelivery = async (world: RollcallWorld): Promise<void> => {
  const workers = workersOf(world);
  await Promise.all([...workers.values()].map((stop) => stop()));
  workers.clear();
};

/** The settings for delivery through a mail server. */
export const keysFor = ({ port }: MailServer): Record<string, unknown> => ({
  'mail.transport': 'smtp',
  'server.publicUrl': 'https://accounts.example.org',
  'mail.smtp.host': '127.0.0.1',
  'mail.smtp.port': port,
});

/** The value of a metric of this instance. */
export const metric = async (world: RollcallWorld, name: string): Promise<number> => {
  const lines = (await world.app.services.metrics.expose()).split('\n');
  return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
};
