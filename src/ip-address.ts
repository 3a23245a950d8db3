import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** The IP address of a connection without one, such as a Unix socket: the unspecified address (RFC 1122, 3.2.1.3). */
const unspecifiedAddress = '0.0.0.0';

const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/;
const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;

/**
 * The IP address of the client: that of the connection or, behind trusted proxies, the entry of X-Forwarded-For that the
 * outermost trusted proxy added. Each proxy appends an entry, so the list is read from the right; entries further left are
 * set by the client and cannot be trusted. If the list is too short or an entry is invalid, the last valid entry from a trusted
 * proxy is used.
 * @param remoteAddress the peer of the connection
 * @param forwardedFor the value of X-Forwarded-For; entries may have a port (`192.0.2.1:80`, `[2001:db8::1]:80`)
 * @param trustedHops the number of trusted proxies in front of the service
 * @returns an IPv4 address, or an IPv6 address in the form of RFC 5952 without a zone; `0.0.0.0` if there is none
 */
export const clientIpAddress = (
  remoteAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): string => {
  let ipAddress = canonicalIpAddress(remoteAddress ?? '') ?? unspecifiedAddress;
  if (trustedHops <= 0 || forwardedFor === undefined) return ipAddress;
  const entries = forwardedFor.split(',');
  for (let hop = 1; hop <= trustedHops; hop += 1) {
    const entry = entries[entries.length - hop]?.trim() ?? '';
    const next = canonicalIpAddress(bracketed.exec(entry)?.[1] ?? withPort.exec(entry)?.[1] ?? entry);
    if (next === undefined) break;
    ipAddress = next;
  }
  return ipAddress;
};

/**
 * The key under which a client is counted: the IPv4 address, or the /64 of the IPv6 address, which one subscriber usually has
 * (RFC 6177, RFC 7421). IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) count as IPv4.
 * @throws {TypeError} if the text is not an IP address
 */
export const clientKey = (text: string): string => {
  const ipAddress = parseIpAddress(text);
  if (ipAddress === undefined) throw new TypeError('not an IP address');
  return ipAddress.kind() === 'ipv4' ? ipAddress.toString() : networkOf(ipAddress, 64);
};

/** The network of an IP address, for logs that must not identify a person: `192.0.2.0/24` or `2001:db8:1::/48`. */
export const truncateIpAddress = (text: string): string => {
  const ipAddress = parseIpAddress(text) ?? ipaddr.parse(unspecifiedAddress);
  return networkOf(ipAddress, ipAddress.kind() === 'ipv4' ? 24 : 48);
};

/** Whether the text is a loopback address: 127.0.0.0/8, as IPv6 too, or `::1`. */
export const isLoopbackAddress = (text: string): boolean => parseIpAddress(text)?.range() === 'loopback';

/** The canonical text form of an IP address; undefined if the text is not an IP address. */
const canonicalIpAddress = (text: string): string | undefined => {
  const ipAddress = parseIpAddress(text);
  return ipAddress && textOf(ipAddress);
};

/**
 * Parses strictly: `ipaddr.js` alone also accepts forms such as `010.1.1.1` and `127.1`, and takes `::192.0.2.1`, which is
 * another address, for the IPv4-mapped `::ffff:192.0.2.1`.
 */
const parseIpAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined =>
  isIP(text) === 0 ? undefined : ipaddr.process(text.replace(/%.*$/s, '').replace(/^::(?=\d+\.)/, '0::'));

const textOf = (ipAddress: ipaddr.IPv4 | ipaddr.IPv6): string =>
  'toRFC5952String' in ipAddress ? ipAddress.toRFC5952String() : ipAddress.toString();

const networkOf = (ipAddress: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number): string => {
  const family = ipAddress.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${textOf(family.networkAddressFromCIDR(`${ipAddress.toString()}/${prefixLength}`))}/${prefixLength}`;
};

/** A client's IP address as `logging.clientIp` allows it in the log; undefined for `none`. */
export const loggedIpAddress = (ipAddress: string, precision: 'full' | 'truncated' | 'none'): string | undefined => {
  if (precision === 'none') return undefined;
  return precision === 'full' ? ipAddress : truncateIpAddress(ipAddress);
};
