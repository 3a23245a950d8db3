/** Content that is not a valid configuration file, by its name in steps. */
const files: Readonly<Record<string, string | Buffer>> = {
  'no content': '',
  '201 feature flags': `features:\n${Array.from({ length: 201 }, (_, index) => `  switch${index}: true\n`).join('')}`,
  'only a comment': '# nothing yet\n',
  'an incomplete mapping': 'rateLimit: {login: {points: 5',
  'tab indentation': 'rateLimit:\n\tenabled: true\n',
  'an unclosed quote': 'auth:\n  issuer: "rollcall\n',
  'two documents': 'api: {v2Enabled: true}\n---\napi: {v2Enabled: false}\n',
  'a duplicate key': 'api: {v2Enabled: true}\napi: {v2Enabled: false}\n',
  'a list instead of a mapping': '- api\n- docs\n',
  'plain text': 'please enable the new api\n',
  'PNG bytes': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00]),
  'a NUL character': 'api:\n  v2Enabled: true\u0000\n',
  'UTF-16 text': Buffer.from('api: {v2Enabled: true}\n', 'utf16le'),
  'more than 1 MB': `# ${'x'.repeat(1_100_000)}\napi: {v2Enabled: true}\n`,
  'nested YAML aliases': `a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`,
  '100,000 opening brackets': '['.repeat(100_000),
  '4,900 nested mappings': `${'{a: '.repeat(4900)}1${'}'.repeat(4900)}`,
  'a JavaScript function tag': 'api: !!js/function "function () { return true }"\n',
  'an unknown key': 'api: {v3Enabled: true}\n',
  'a dotted key': 'api.v2Enabled: true\n',
  'the key __proto__': '__proto__: {v2Enabled: true}\n',
  'a string instead of a section': 'api: enabled\n',
  'yes instead of true': 'api: {v2Enabled: yes}\n',
  'a number instead of true': 'api: {v2Enabled: 1}\n',
  'no value for a boolean': 'api: {v2Enabled: }\n',
  'a limit of zero': 'rateLimit: {login: {points: 0}}\n',
  'a quoted limit': 'rateLimit: {login: {points: "5"}}\n',
  'a fractional limit': 'rateLimit: {login: {points: 1.5}}\n',
  'an infinite limit': 'rateLimit: {login: {points: .inf}}\n',
  'a duration without a unit': 'auth: {access: {ttl: 900}}\n',
  'a duration in weeks': 'auth: {access: {ttl: 1w}}\n',
  'a negative duration': 'auth: {access: {ttl: -15m}}\n',
  'a duration above the maximum': 'auth: {access: {ttl: 48h}}\n',
  'a cost below the minimum': 'password: {bcryptCost: 4}\n',
  'a length below the minimum': 'password: {minLength: 7}\n',
  'an unknown log level': 'logging: {level: verbose}\n',
  'the algorithm none': 'auth: {keys: {algorithm: none}}\n',
  'an origin with a path': 'cors: {origins: [https://app.example.org/login]}\n',
  'an access token lifetime above the refresh token lifetime': 'auth: {access: {ttl: 2h}, refresh: {ttl: 1h}}\n',
  'a pool minimum above its maximum': 'database: {pool: {min: 5, max: 3}}\n',
};

/** The content of the file with this name. */
export const invalidFile = (name: string): string | Buffer => {
  const content = files[name];
  if (content === undefined) throw new TypeError(`unknown file content "${name}"`);
  return content;
};

/** Matches the names, the longest first, since one may begin with another. */
export const invalidFilePattern = Object.keys(files)
  .sort((one, other) => other.length - one.length)
  .map((name) => new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
