import { checkConfiguration, checkSecretsPresent } from './configuration.js';
import { checkDatabase } from './database.js';
import { checkDisk, checkPermissions } from './files.js';
import type { Finding, CheckContext } from './finding.js';
import { checkMail } from './mail.js';

/** Makes every check of `rollcall doctor`. Nothing is changed and no mail is sent. */
export const runChecks = async (subject: CheckContext): Promise<Finding[]> => {
  const [database, mail] = await Promise.all([checkDatabase(subject), checkMail(subject)]);
  return [
    ...checkConfiguration(subject),
    ...checkSecretsPresent(subject),
    ...database,
    ...mail,
    ...checkPermissions(subject),
    ...checkDisk(subject),
  ];
};
