import { BlockList, SocketAddress, isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientIpAddress,
  clientKey,
  isLoopbackAddress,
  loggedIpAddress,
  truncateIpAddress,
} from '../src/ip-address.js';

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const groups = fc.array(group, { minLength: 8, maxLength: 8 });
const ipv4 = fc.ipV4();
const written = (parts: readonly number[]): string => parts.map((part) => part.toString(16).padStart(4, '0')).join(':');

describe('clientIpAddress', () => {
  const peer = '10.0.0.1';

  it.each([
    ['no proxies: the header is not trusted', '1.1.1.1', 0, peer],
    ['one proxy: the right end', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['two proxies: one further left', '6.6.6.6, 1.1.1.1, 10.0.0.2', 2, '1.1.1.1'],
    ['no header', undefined, 1, peer],
    ['a list shorter than the hops: its left end, which a trusted proxy wrote', '1.1.1.1', 3, '1.1.1.1'],
    ['no address at the right end', '1.1.1.1, unknown', 1, peer],
    ['no address in the middle: the entry right of it', '1.1.1.1, garbage, 10.0.0.2', 3, '10.0.0.2'],
    ['an empty header', '', 1, peer],
    ['an empty entry', '1.1.1.1,', 1, peer],
    ['a port', '1.1.1.1:8080', 1, '1.1.1.1'],
    ['a port and brackets', '[2001:DB8::1]:443', 1, '2001:db8::1'],
    ['brackets alone', '[2001:db8::1]', 1, '2001:db8::1'],
    ['blanks and tabs', ' 6.6.6.6 ,\t1.1.1.1 ', 1, '1.1.1.1'],
    ['an octal look-alike', '010.1.1.1', 1, peer],
    ['a number out of range', '1.1.1.256', 1, peer],
    ['a header against the shape', '"1.1.1.1"', 1, peer],
  ])('with %s', (_, forwardedFor, hops, expected) => {
    expect(clientIpAddress(peer, forwardedFor, hops)).toBe(expected);
  });

  it('has one form for each address', () => {
    expect(clientIpAddress('::ffff:192.0.2.1', undefined, 0)).toBe('192.0.2.1');
    expect(clientIpAddress('::FFFF:C000:0201', undefined, 0)).toBe('192.0.2.1');
    expect(clientIpAddress('fe80::1%eth0', undefined, 0)).toBe('fe80::1');
    expect(clientIpAddress('2001:0db8:0:0:1:0:0:1', undefined, 0)).toBe('2001:db8::1:0:0:1');
    expect(clientIpAddress('2001:db8:0:1:1:1:1:1', undefined, 0)).toBe('2001:db8:0:1:1:1:1:1');
    expect(clientIpAddress(undefined, undefined, 0)).toBe('0.0.0.0');
    expect(clientIpAddress('', '1.1.1.1', 1)).toBe('1.1.1.1');
  });

  it('returns an address for any header and number of hops, and never one left of the trusted hops', () => {
    const junk = fc.oneof(
      fc.string(),
      ipv4,
      fc.ipV6(),
      fc.constantFrom('unknown', '', '_hidden', '[::1', '1.1.1.1:99999999'),
    );
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 6 }), fc.array(ipv4, { minLength: 1, maxLength: 3 }), (left, right) => {
        const header = [...left.map((text) => text.replaceAll(',', '')), ...right].join(', ');
        expect(clientIpAddress(peer, header, right.length)).toBe(right[0]);
        expect(isIP(clientIpAddress(peer, header, right.length + 3))).not.toBe(0);
        expect(isIP(clientIpAddress(peer, left.join(','), 2))).not.toBe(0);
      }),
    );
  });
});

describe('truncateIpAddress', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['::1', '::/48'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ])('leaves the network of %s', (ip, network) => {
    expect(truncateIpAddress(ip)).toBe(network);
  });
});

describe('clientKey', () => {
  it('counts IPv4 by address and IPv6 by /64', () => {
    expect(clientKey('192.0.2.1')).toBe('192.0.2.1');
    expect(clientKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(clientKey('2001:db8:1:2::')).toBe('2001:db8:1:2::/64');
    expect(clientKey('2001:db8::1')).toBe('2001:db8::/64');
    expect(clientKey('::1')).toBe('::/64');
  });

  it('throws if the text is not an address, so that clients never share a count by accident', () => {
    for (const text of ['', 'undefined', '1.2.3', '::g', '1.1.1.1:80', '::ffff:1.2.3.400']) {
      expect(() => clientKey(text)).toThrow(TypeError);
    }
  });

  it('counts every notation of an IPv4 address in IPv6 as that address', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const forms = [`::ffff:${address}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${hex}`, `0:0::0:ffff:${address}`];
        for (const form of forms) expect(clientKey(form)).toBe(address);
      }),
    );
  });

  it('agrees with the system: equal keys exactly for addresses of one /64, however they are written', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 7 }), group, (parts, place, other) => {
        fc.pre(!parts.slice(0, 5).every((part) => part === 0));
        const full = written(parts);
        const short = new SocketAddress({ address: full, family: 'ipv6' }).address;
        expect(clientKey(short)).toBe(clientKey(full));
        const neighbour = parts.with(place, other);
        fc.pre(!neighbour.slice(0, 5).every((part) => part === 0));
        const network = new BlockList();
        network.addSubnet(full, 64, 'ipv6');
        expect(clientKey(written(neighbour)) === clientKey(full)).toBe(network.check(written(neighbour), 'ipv6'));
      }),
    );
  });

  it('agrees with the system on the form of RFC 5952', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        // The system writes ::a.b.c.d and ::ffff:a.b.c.d for these.
        fc.pre(!parts.slice(0, 5).every((part) => part === 0));
        const address = clientIpAddress(written(parts), undefined, 0);
        expect(address).toBe(new SocketAddress({ address: written(parts), family: 'ipv6' }).address);
        expect(isIPv6(address)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not take an IPv4-compatible address for the IPv4 address', () => {
    expect(clientKey('::192.0.2.1')).toBe('::/64');
    expect(clientKey('::0.1.0.0')).toBe(clientKey('::1:0'));
  });

  it('reads every form that the system accepts', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(clientKey(address)).toBe(clientKey(new SocketAddress({ address, family: 'ipv6' }).address));
      }),
    );
  });
});

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1'])('is true for %s', (text) => {
    expect(isLoopbackAddress(text)).toBe(true);
  });

  it.each(['128.0.0.1', '10.0.0.1', '::2', '::127.0.0.1', '127.1', 'localhost', ''])('is false for %j', (text) => {
    expect(isLoopbackAddress(text)).toBe(false);
  });
});

describe('loggedIpAddress', () => {
  it.each([
    ['full', '192.0.2.7'],
    ['truncated', '192.0.2.0/24'],
    ['none', undefined],
  ] as const)('has the precision %s', (precision, expected) => {
    expect(loggedIpAddress('192.0.2.7', precision)).toBe(expected);
  });
});
