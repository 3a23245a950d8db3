import { readFile } from 'node:fs/promises';
import { run } from './run.js';

/**
 * Identifies a running process by PID and start time, since PIDs are reused.
 * @returns null when the process does not exist or is a zombie
 */
export const identityOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // proc(5): the second field is the command in parentheses and may contain anything, so count from the last one.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, startedTicks] = [fields?.[0], fields?.[19]];
    if (startedTicks === undefined || state === 'Z' || state === 'X') return null;
    return `${pid}-${startedTicks}`;
  }
  const { code, stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const [state = '', ...started] = stdout.trim().split(/\s+/u);
  return code !== 0 || state === '' || state.startsWith('Z') ? null : `${pid}-${started.join('').replaceAll(':', '')}`;
};

/** Whether a process is still running. */
export const isRunning = async (identity: string): Promise<boolean> => {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && (await identityOf(pid)) === identity;
};

/** The command line of a process; null when it does not exist or is a zombie. */
export const commandOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? null : text.replaceAll('\0', ' ').trim();
  }
  const { code, stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : null;
};
