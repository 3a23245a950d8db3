import { checkConfiguration, checkSecretsPresent } from './configuration.js';
import { checkDatabase } from './database.js';
import { checkDisk, checkPermissions } from './files.js';
import type { Finding, Subject } from './finding.js';
import { checkMail } from './mail.js';

/** Makes every check of `rollcall doctor`. Nothing is changed and no mail is sent. */
export const examine = async (subject: Subject): Promise<Finding[]> => {
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
