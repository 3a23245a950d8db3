import { z } from 'zod';
import { ConfigFault } from '../config.js';
import { pageOf } from '../list.js';

/** A configuration file. */
const ConfigFile = z
  .strictObject({
    name: z.string().meta({ example: 'local.yaml' }),
    document: z.string().nullable().meta({
      description:
        'The text of the file. Secrets, values of unknown keys and comments are masked. Null if it cannot be parsed or uses aliases.',
    }),
    errors: z.array(ConfigFault).meta({ description: 'Why the file was rejected.' }),
  })
  .meta({ id: 'ConfigFile' });

/** The response of GET /api/v1/admin/config/files, lowest precedence first. */
export const ConfigFiles = pageOf(ConfigFile).meta({ id: 'ConfigFiles' });

export type ConfigFiles = z.infer<typeof ConfigFiles>;
