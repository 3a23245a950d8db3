import { isIPv4, isIPv6 } from 'node:net';

/** Stands for a connection without an address, such as a Unix socket: the unspecified address (RFC 1122, 3.2.1.3). */
const noAddress = '0.0.0.0';

const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/;
const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;

/**
 * The address of the client: that of the connection, or, behind trusted proxies, the entry of X-Forwarded-For that the
 * outermost of them wrote. The list is read from its right end, since each proxy appends what it saw and anything
 * further left is the client's own word. When the list is too short, or an entry is no address, the nearest entry that
 * a trusted proxy vouches for counts.
 * @param remoteAddress the peer of the connection
 * @param forwardedFor the value of X-Forwarded-For; entries with a port (`192.0.2.1:80`, `[2001:db8::1]:80`) are understood
 * @param trustedHops the number of own proxies in front of the service
 * @returns an IPv4 address, or an IPv6 address in the form of RFC 5952 without a zone; `0.0.0.0` when there is none
 */
export const clientIpAddress = (
  remoteAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): string => {
  let address = canonicalIpAddress(remoteAddress ?? '') ?? noAddress;
  if (trustedHops <= 0 || forwardedFor === undefined) return address;
  const entries = forwardedFor.split(',');
  for (let hop = 1; hop <= trustedHops; hop += 1) {
    const entry = entries[entries.length - hop]?.trim() ?? '';
    const next = canonicalIpAddress(bracketed.exec(entry)?.[1] ?? withPort.exec(entry)?.[1] ?? entry);
    if (next === undefined) break;
    address = next;
  }
  return address;
};

/**
 * What an address is counted by: IPv4 as it is, IPv6 by its /64, which is what one subscriber has for itself
 * (RFC 6177, RFC 7421); IPv4 in IPv6 clothes (`::ffff:192.0.2.1`, `::ffff:c000:201`) as IPv4.
 * @param ip an address as clientIpAddress returns it, or in any other textual form
 * @throws {TypeError} for anything that is not an address
 */
export const clientKey = (ip: string): string => {
  const canonical = canonicalIpAddress(ip);
  if (canonical === undefined) throw new TypeError('not an IP address');
  if (isIPv4(canonical)) return canonical;
  return `${shorten([...hextets(canonical).slice(0, 4), 0, 0, 0, 0])}/64`;
};

/**
 * The network of an address, for logs that must not identify a person: `192.0.2.0/24`, or `2001:db8:1::/48`.
 * @param ip an address as clientIpAddress returns it
 */
export const truncateIpAddress = (ip: string): string => {
  const canonical = canonicalIpAddress(ip) ?? noAddress;
  if (isIPv4(canonical)) return `${canonical.slice(0, canonical.lastIndexOf('.'))}.0/24`;
  return `${shorten([...hextets(canonical).slice(0, 3), 0, 0, 0, 0, 0])}/48`;
};

/** One form for each address, or undefined when the text is none. */
const canonicalIpAddress = (text: string): string | undefined => {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return undefined;
  const groups = hextets(text);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? dotted(groups[6] ?? 0, groups[7] ?? 0) : shorten(groups);
};

/** The eight groups of an IPv6 address that isIPv6 has accepted. */
const hextets = (text: string): number[] => {
  const withoutZone = text.split('%')[0] ?? '';
  const [head = [], tail] = withoutZone.split('::').map(parseGroups);
  if (tail === undefined) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
};

const parseGroups = (part: string): number[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => (group.includes('.') ? undot(group) : [Number.parseInt(group, 16)]));

const undot = (text: string): [number, number] => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
};

const dotted = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** The text of RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
const shorten = (groups: readonly number[]): string => {
  let start = 0;
  let length = 1;
  for (let from = 0; from < groups.length; from += 1) {
    let to = from;
    while (groups[to] === 0) to += 1;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
};
