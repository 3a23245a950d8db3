import type { ConfigFiles } from '../../../../contract/admin/config-files.js';
import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { publicIssues } from '../view.js';

/** GET /api/v1/admin/config/files: the configuration files as they are on disk, without secrets, with their errors. */
export const listConfigFiles = ({ config }: Services): Handler =>
  function listConfigFiles(ctx) {
    const { lastError, pinned } = config.status;
    const errors = publicIssues(lastError?.errors ?? [], pinned);
    const data = config
      .documents()
      .map(({ name, document }) => ({ name, document, errors: errors.filter(({ file }) => file === name) }));
    ctx.body = { data, next_cursor: null } satisfies ConfigFiles;
  };
