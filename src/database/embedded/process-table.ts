import { readFile } from 'node:fs/promises';
import { run } from './run.js';

/**
 * Names a running process so that a later process with the same number is not taken for it: number and start time.
 * @returns null when there is no such process, or only its zombie
 */
export const identityOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // proc(5): the second field is the name in brackets and may hold anything, so count from the last bracket.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, startedTicks] = [fields?.[0], fields?.[19]];
    if (startedTicks === undefined || state === 'Z' || state === 'X') return null;
    return `${pid}-${startedTicks}`;
  }
  const { code, stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const [state = '', ...started] = stdout.trim().split(/\s+/u);
  return code !== 0 || state === '' || state.startsWith('Z') ? null : `${pid}-${started.join('').replaceAll(':', '')}`;
};

/** Whether the process that got this name from identityOf still runs. */
export const isRunning = async (identity: string): Promise<boolean> => {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && (await identityOf(pid)) === identity;
};

/** The command line of a process; null when there is none, or only its zombie. */
export const commandOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? null : text.replaceAll('\0', ' ').trim();
  }
  const { code, stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : null;
};
