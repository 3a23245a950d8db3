import { spawn } from 'node:child_process';
import type { Environment } from '../environment.js';
import { codeOf, ScenarioSchemaError } from '../errors.js';

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], env: Environment): Promise<Output | null> =>
  new Promise((resolve, reject) => {
    const child = spawn('pg_dump', args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES') resolve(null);
      else reject(error);
    });
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });

/** Whether pg_dump is installed and can read a server of this major version. */
export const canDump = async (serverMajor: number, env: Environment): Promise<boolean> => {
  const output = await run(['--version'], env);
  const major = /(\d+)(?:\.\d+)*/.exec(output?.stdout ?? '')?.[1];
  return output?.code === 0 && major !== undefined && Number(major) >= serverMajor;
};

/** The structure of a schema as SQL. */
export const dumpSchema = async (url: string, schema: string, env: Environment): Promise<string> => {
  // Arguments are visible to other users of the machine; the environment is not.
  const target = new URL(url);
  const password = decodeURIComponent(target.password);
  target.password = '';
  const output = await run(['--schema-only', '--no-owner', `--schema=${schema}`, `--dbname=${target.href}`], {
    ...env,
    ...(password !== '' && { PGPASSWORD: password }),
  });
  if (output?.code !== 0) {
    throw new ScenarioSchemaError(`pg_dump failed: ${output?.stderr.trim() ?? 'it is not installed'}`);
  }
  // Commands of psql, and the schema, which exists already.
  return output.stdout
    .split('\n')
    .filter((line) => !/^\\(?:un)?restrict\b/.test(line) && line !== `CREATE SCHEMA ${schema};`)
    .join('\n');
};
