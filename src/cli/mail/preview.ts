import type { MailKind } from '../../contract/mail-kind.js';
import { previewMail } from '../../mail/preview.js';
import { bootstrap } from '../../server/startup/bootstrap.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { commandLog } from '../log.js';
import { writeData, type OutputOptions } from '../output.js';

/** The address in sample links if `server.publicUrl` is not set. */
const sampleUrl = 'http://localhost:8080';

/**
 * `rollcall mail preview <kind>`: prints subject and text of an email with sample data; with `--json`, its HTML as
 * well.
 */
export const previewTemplate = async (
  environment: ProcessEnvironment,
  kind: MailKind,
  { json }: OutputOptions,
): Promise<number> => {
  const { config, clock } = bootstrap(environment, commandLog(environment), 'optional');
  try {
    const settings = config.current;
    const { publicUrl, basePath } = settings.server;
    const preview = previewMail(settings, kind, { publicUrl: (publicUrl ?? sampleUrl) + basePath, now: clock.now() });
    if (json === true) writeData(environment, preview);
    else environment.stdout.write(`Subject: ${preview.subject}\n\n${preview.text}`);
    return exitCodes.ok;
  } finally {
    await config.close();
  }
};
