import { defineParameterType } from '@cucumber/cucumber';

/** Files that the service must not take for settings, by how stories tell of them. */
const badFiles: Readonly<Record<string, string | Buffer>> = {
  'nothing in it': '',
  'only a comment': '# nothing yet\n',
  'half of a mapping': 'rateLimit: {login: {points: 5',
  'a tab for an indent': 'rateLimit:\n\tenabled: true\n',
  'an open quote': 'auth:\n  issuer: "rollcall\n',
  'two documents': 'api: {v2Enabled: true}\n---\napi: {v2Enabled: false}\n',
  'the same key twice': 'api: {v2Enabled: true}\napi: {v2Enabled: false}\n',
  'a list of settings': '- api\n- docs\n',
  'a sentence': 'please enable the new api\n',
  'bytes of a picture': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00]),
  'a NUL in it': 'api:\n  v2Enabled: true\u0000\n',
  'text in UTF-16': Buffer.from('api: {v2Enabled: true}\n', 'utf16le'),
  'more than 1 MB': `# ${'x'.repeat(1_100_000)}\napi: {v2Enabled: true}\n`,
  'a billion laughs': `a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`,
  '100,000 brackets in it': '['.repeat(100_000),
  '4,900 mappings in each other': `${'{a: '.repeat(4900)}1${'}'.repeat(4900)}`,
  'a tag that runs code': 'api: !!js/function "function () { return true }"\n',
  'an unknown key': 'api: {v3Enabled: true}\n',
  'a key with dots': 'api.v2Enabled: true\n',
  'a key __proto__': '__proto__: {v2Enabled: true}\n',
  'a section that is a text': 'api: enabled\n',
  'yes for true': 'api: {v2Enabled: yes}\n',
  'a number for true': 'api: {v2Enabled: 1}\n',
  'nothing for true': 'api: {v2Enabled: }\n',
  'a limit of zero': 'rateLimit: {login: {points: 0}}\n',
  'a limit in quotes': 'rateLimit: {login: {points: "5"}}\n',
  'a limit of 1.5': 'rateLimit: {login: {points: 1.5}}\n',
  'a limit without end': 'rateLimit: {login: {points: .inf}}\n',
  'a time without a unit': 'auth: {access: {ttl: 900}}\n',
  'a time in weeks': 'auth: {access: {ttl: 1w}}\n',
  'a negative time': 'auth: {access: {ttl: -15m}}\n',
  'a time too long': 'auth: {access: {ttl: 48h}}\n',
  'a cost too low': 'password: {bcryptCost: 4}\n',
  'a length too short': 'password: {minLength: 7}\n',
  'a word that is no log level': 'logging: {level: verbose}\n',
  'an algorithm none': 'auth: {keys: {algorithm: none}}\n',
  'an origin with a path': 'cors: {origins: [https://app.example.org/login]}\n',
  'an access lifetime over that of refreshing': 'auth: {access: {ttl: 2h}, refresh: {ttl: 1h}}\n',
  'a pool with more kept than allowed': 'database: {pool: {min: 5, max: 3}}\n',
};

/** The content of that file. */
export const badFile = (kind: string): string | Buffer => {
  const content = badFiles[kind];
  if (content === undefined) throw new TypeError(`there is no bad file "${kind}"`);
  return content;
};

defineParameterType({
  name: 'bad file',
  regexp: Object.keys(badFiles)
    .sort((one, other) => other.length - one.length)
    .map((kind) => new RegExp(kind.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))),
  transformer: (kind: string) => kind,
});
