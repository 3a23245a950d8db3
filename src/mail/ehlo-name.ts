import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { parseMailbox } from '../config/schema/network-formats.js';
import type { Settings } from '../config/schema/schema.js';

const domainOf = (publicUrl: string | null): string => (publicUrl === null ? '' : new URL(publicUrl).hostname);

const isFullName = (name: string): boolean => /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(name) && isIP(name) === 0;

/**
 * The name for EHLO (RFC 5321, 4.1.1.1): `mail.smtp.name`, or the first fully qualified domain name among the host name of
 * the machine, the domain of `server.publicUrl`, and the domain of `mail.from`. Many mail servers reject host names without a
 * dot, which containers have, and loopback addresses.
 * @param machine the host name of the machine
 */
export const ehloName = ({ mail, server }: Settings, machine: string = hostname()): string => {
  if (mail.smtp.name !== null) return mail.smtp.name;
  const sender = parseMailbox(mail.from)?.address ?? '';
  const candidates = [machine, domainOf(server.publicUrl), sender.slice(sender.lastIndexOf('@') + 1)];
  return candidates.find(isFullName) ?? candidates.find((name) => /^[A-Za-z0-9-]+$/.test(name)) ?? 'localhost';
};
