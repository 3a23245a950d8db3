import { hostname, userInfo } from 'node:os';
import type { Actor } from '../models/actor.js';
import type { ProcessEnvironment } from '../server/process/environment.js';

/** The name of the operating system user, or the user id if there is no name, as in a container. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
};

/** Details of audit events that a command writes: who ran it, and on which machine. */
export const cliDetails = ({ env }: ProcessEnvironment): Readonly<Record<string, string>> => {
  const sudoUser = env['SUDO_USER'];
  return {
    via: 'cli',
    cli_user: userName(),
    ...(sudoUser !== undefined && { sudo_user: sudoUser }),
    hostname: hostname(),
  };
};

/** The actor of a change made on the command line, where no user is logged in. */
export const cliActor = (environment: ProcessEnvironment): Actor => ({
  actorId: null,
  requestMetadata: null,
  details: cliDetails(environment),
});
