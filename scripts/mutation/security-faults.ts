/* eslint-disable no-template-curly-in-string -- the texts are source code */
import { faultsIn, type Fault } from './fault.js';

const limits = [
  'tests/limits/rate-limiter.test.ts',
  'tests/limits/block.test.ts',
  'tests/limits/memory-limiter.test.ts',
];
const passwords = ['tests/security/password.test.ts', 'tests/security/imported-hashes.test.ts'];
const tokens = ['tests/security/access-token.test.ts', 'tests/security/access-token-attacks.test.ts'];
const verified = [...tokens, 'tests/security/verified-tokens.test.ts'];

/** Faults in code that decides who gets in, and how often. */
export const securityFaults: readonly Fault[] = [
  ...faultsIn('src/limits/usage.ts', limits, [
    [
      'if (!rule.growing) return Math.max(began + rule.blockMs, windowEnds);',
      'if (!rule.growing) return began + rule.blockMs;',
    ],
    ['rule.blockMs * 2 ** blocks', 'rule.blockMs'],
    ['Math.max(maxBlockMs, rule.blockMs)', 'Infinity'],
    ['Math.min(usage.windowEnds, usage.windowBegan + rule.windowMs)', 'usage.windowEnds'],
    ['if (ends >= usage.blockEnds) return { ...usage, windowEnds };', 'return { ...usage, windowEnds };'],
    [
      'rule.blockMs > 0 && now < usage.blockEnds && usage.used >= rule.ceiling',
      'now < usage.blockEnds && usage.used >= rule.ceiling',
    ],
    ['now < usage.blockEnds && usage.used >= rule.ceiling', 'now < usage.blockEnds'],
    ['now < usage.growthEnds ? usage', 'true ? usage'],
    ['!blockServed && now < usage.windowEnds', '!blockServed'],
    ['if (usage.used < rule.ceiling) {', 'if (usage.used <= rule.ceiling) {'],
    ['usage.used === 0 ? { windowBegan', 'usage.used >= 0 ? { windowBegan'],
    ['blocks: usage.blocks + 1', 'blocks: usage.blocks'],
    ['resetMs: next.windowEnds - now', 'resetMs: next.windowEnds'],
  ]),
  ...faultsIn('src/limits/memory-limiter.ts', limits, [
    ['if (!allowed) throw result;', ''],
    ['this.#usages.set(key, evaluation.usage, evaluation.ceiling);', ''],
    ['return this.#usages.delete(key);', 'return true;'],
    ['return used === 1 ? null', 'return used === 0 ? null'],
  ]),
  ...faultsIn('src/security/password-format.ts', passwords, [
    ["password.normalize('NFC') : password", 'password : password'],
    ["id === undefined) return password.includes('\\0') ? null", 'id === undefined) return false ? null'],
    ["hash.replace(/^\\$2[ay]/, '$2b')", 'hash'],
    ['cost <= usableCosts.most', 'true'],
    ['cost >= usableCosts.least', 'true'],
  ]),
  ...faultsIn(
    'src/security/secret-box.ts',
    ['tests/security/secret-box.test.ts'],
    [
      ['if (!/^[0-9a-f]{64}$/i.test(hexKey))', 'if (false)'],
      ['|| sealed[0] !== version', ''],
      ['const nonce = randomBytes(nonceBytes);', 'const nonce = Buffer.alloc(nonceBytes);'],
      ["Buffer.concat([Buffer.of(version), Buffer.from(context, 'utf8')])", 'Buffer.of(version)'],
      ['this.#subkey(`derive:${purpose}`)', "this.#subkey('derive')"],
      ['`rollcall:${info}`', "'rollcall'"],
    ],
  ),
  ...faultsIn(
    'src/security/key-retention.ts',
    ['tests/security/key-retention.test.ts'],
    [
      [
        'Math.min(auth.access.ttl * auth.keys.retentionFactor, auth.keys.maxRetention)',
        'auth.access.ttl * auth.keys.retentionFactor',
      ],
      ['auth.access.ttl * auth.keys.retentionFactor', 'auth.access.ttl'],
      ['Math.max(settings.auth.access.ttl, tokenTtlMs ?? 0)', 'settings.auth.access.ttl'],
      ['Math.max(retentionMs(settings), longestTtlMs + handoverMs)', 'retentionMs(settings)'],
      ['Math.max(now.getTime() + keptMs, tokensUntil?.getTime() ?? 0)', 'now.getTime() + keptMs'],
    ],
  ),
  ...faultsIn('src/security/verified-tokens.ts', verified, [
    ['cached?.verifyKey !== context.verifyKey ||', 'cached === undefined ||'],
    ['|| cached.auth !== context.auth', ''],
    ['claims.iat <= nowSeconds && nowSeconds < claims.exp', 'claims.iat <= nowSeconds'],
    ['claims.iat <= nowSeconds && nowSeconds < claims.exp', 'nowSeconds < claims.exp'],
    ['Object.freeze(claims.roles);', ''],
  ]),
  ...faultsIn('src/security/access-token.ts', verified, [
    ['algorithms: [key.algorithm],', ''],
    ['issuer: [issuer, ...acceptedIssuers],', ''],
    ['audience: [audience, ...acceptedAudiences],', ''],
    ['clockTimestamp: now,', ''],
    ['ignoreExpiration: acceptExpired,', 'ignoreExpiration: true,'],
    ['[issuer, ...acceptedIssuers]', '[issuer]'],
    ['[audience, ...acceptedAudiences]', '[audience]'],
    ['Math.floor(access.ttl / 1000)', '900'],
    ["typ: 'at+jwt', ", ''],
  ]),
  ...faultsIn('src/security/access-claims.ts', verified, [
    ['(iat as number) > nowSeconds + clockSkewSeconds', 'false'],
    ['!Number.isFinite(exp) || !Number.isFinite(iat)', '!Number.isFinite(iat)'],
    ['Array.isArray(roles) ?', 'roles !== 0 ?'],
  ]),
  ...faultsIn(
    'src/security/password-policy.ts',
    ['tests/security/password-policy.test.ts'],
    [
      ['if (length > maxLength) return', 'if (length >= maxLength) return'],
      ['length < minLength ?', 'length <= minLength ?'],
      ["Array.from(password.normalize('NFC')).length", 'password.length'],
      ['if (password.length > 4 * maxLength) return', 'if (password.length > 1 * maxLength) return'],
      ['if (isCommonPassword(text))', 'if (false)'],
      ['username && formsOf(username)', "'x' && formsOf('')"],
      ['if (email && containsEmail(text, email))', 'if (false)'],
      ['if (containsWord(text, foldCase(this.#serviceName)))', 'if (false)'],
      ['if (word.length < minWordLength) return false;', ''],
      ["foldCase(name).replace(/[._-]/g, '')", 'foldCase(name)'],
      ['if (word.length > maxWholeWordLength) return text.includes(word);', ''],
    ],
  ),
  ...faultsIn(
    'src/security/unknown-key-ids.ts',
    ['tests/security/unknown-key-ids.test.ts'],
    [
      ['if (this.#clock.monotonicMs() < until) return true;', 'return true;'],
      ['this.#until.size > mostRemembered && oldest', 'oldest'],
      ['this.#clock.monotonicMs() + rememberedMs', 'this.#clock.monotonicMs()'],
    ],
  ),
  ...faultsIn(
    'src/ip-address.ts',
    ['tests/ip-address.test.ts'],
    [
      ['hop <= trustedHops', 'hop < trustedHops'],
      ['entries[entries.length - hop]', 'entries[hop - 1]'],
      ['if (next === undefined) break;', 'if (next === undefined) continue;'],
      ['ipAddress.toString() : networkOf(ipAddress, 64)', 'ipAddress.toString() : networkOf(ipAddress, 128)'],
      ["=== 'ipv4' ? 24 : 48", "=== 'ipv4' ? 32 : 48"],
      ["if (precision === 'none') return undefined;", ''],
    ],
  ),
];
