import type { Services } from '../../services.js';
import type { CoreServices } from '../startup/bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';
import { HttpListener } from '../listeners/http-listener.js';
import type { Shutdown } from '../shutdown.js';
import { adminApp } from './app.js';
import { SocketPathError, socketPathOf } from '../listeners/socket-file.js';

/** The admin socket of a running service. */
export interface AdminSocket {
  /** Its path; null if it is disabled or could not be opened. */
  readonly path: string | null;
  /** Provides the services when they are open. */
  use(services: Services): void;
}

/** The consequence of a missing socket. */
const unavailable = 'admin socket not available; rollcall status, doctor and config cannot reach this service';

/**
 * Opens the Unix socket for `rollcall status`, `doctor` and `config`, and removes it at shutdown. If that fails, the
 * service starts without it.
 */
export const openAdminSocket = async (
  core: CoreServices,
  environment: ProcessEnvironment,
  shutdown: Shutdown,
): Promise<AdminSocket> => {
  const { config, log } = core;
  const path = socketPathOf(config.current.server.adminSocket, environment.cwd);
  const state: { services?: Services } = {};
  const use = (services: Services): void => {
    state.services = services;
  };
  if (path === null) return { path: null, use };
  const app = adminApp(core, environment, () => state.services);
  const listener = new HttpListener(app.callback());
  try {
    // The embedded database may run as another user, who needs access to its files in the same directory.
    const folderMode = config.current.database.url === null ? 0o755 : 0o700;
    await listener.listenOnSocket(path, { mode: 0o600, folderMode });
    shutdown.add('listeners', 'admin socket', () => listener.close());
    log.debug({ event: 'admin_socket.opened', socket: path }, 'admin socket open');
    return { path, use };
  } catch (error) {
    await listener.close();
    if (!(error instanceof SocketPathError)) throw error;
    const facts = {
      event: 'admin_socket.unavailable',
      socket: path,
      reason: error.message,
      key: 'server.adminSocket',
    } as const;
    log.warn(facts, `${unavailable}: ${path}: ${error.message}`);
    return { path: null, use };
  }
};
