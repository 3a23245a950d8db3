import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailKinds, mailTemplate, type MailKind } from '../../src/config/schema/mail-template.js';
import { builtInTemplates } from '../../src/mail/built-in-templates.js';
import { renderMail } from '../../src/mail/render.js';
import { openConfig } from './config-fixture.js';

const variables = {
  link: 'https://accounts.example.org/x#token=abc&d',
  username: 'ada',
  address: 'ada@example.org',
  expires_in: '30 minutes',
  deadline: '1 May 2026',
};

describe('the built-in templates', () => {
  it.each(mailKinds)('of %s are valid and contain the expected text', (kind) => {
    const { config } = openConfig();
    const builtIn = builtInTemplates(kind);
    for (const part of ['subject', 'text', 'html'] as const) {
      expect(mailTemplate(kind, part).parse(builtIn[part])).toEqual({ ok: true, value: builtIn[part] });
    }
    const { subject, text, html } = renderMail(config.current, kind, variables);
    expect(subject).toMatch(/^[A-Z].{5,60}$/);
    expect(text).toContain(variables.link);
    expect(html).toContain('href="https://accounts.example.org/x#token=abc&amp;d"');
    expect(text + html + subject).not.toContain('{{');
  });
});

describe('a configured template', () => {
  const settings = (part: string, template: string) =>
    openConfig({ [`templates/password_reset.${part}`]: template }).config.current;

  it('replaces the parts of the built-in template for which it exists', () => {
    const { subject, text } = renderMail(settings('subject', 'For {{ username }}!\n'), 'password_reset', variables);
    expect(subject).toBe('For ada!');
    expect(text).toContain('Choose a new password:');
  });

  it('escapes values in HTML and not in text', () => {
    const hostile = { ...variables, username: `<img src=x onerror="alert('1')">&` };
    const html = renderMail(settings('html', '<p title="{{username}}">{{link}}</p>'), 'password_reset', hostile).html;
    expect(html).toContain('title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"');
    const { text } = renderMail(settings('text', '{{username}} {{link}}'), 'password_reset', hostile);
    expect(text).toContain(hostile.username);
  });

  it('does not replace placeholders in values', () => {
    const { text } = renderMail(settings('text', '{{username}} {{link}}'), 'password_reset', {
      ...variables,
      username: '{{link}}$&',
    });
    expect(text).toBe(`{{link}}$& ${variables.link}`);
  });

  it('does not let a value add a line to the subject', () => {
    const current = settings('subject', 'Hello {{username}}, again');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (username) => {
        const { subject } = renderMail(current, 'password_reset', { ...variables, username });
        expect(subject).toMatch(/^Hello [^\p{Cc}\p{Zl}\p{Zp}]*, again$/u);
      }),
    );
  });

  it('throws if the value of a placeholder is missing', () => {
    const current = settings('text', '{{username}} {{link}}');
    expect(() => renderMail(current, 'password_reset', { link: 'x' })).toThrow('{{username}}');
  });
});

describe('the format of a template', () => {
  it.each<[string, MailKind, 'subject' | 'text' | 'html', string, string]>([
    ['an unknown placeholder', 'password_reset', 'text', '{{lnk}} {{link}}', 'unknown placeholder {{lnk}}'],
    ['no link', 'magic_link', 'html', '<p>Log in</p>', 'missing placeholder {{link}}'],
    ['an open placeholder', 'password_reset', 'text', '{{link}} {{username', 'unclosed {{'],
    ['a brace in a placeholder', 'password_reset', 'text', '{{link}} {{user{name}}', 'unclosed {{'],
    ['the link in a subject', 'password_reset', 'subject', 'Go to {{link}}', 'unknown placeholder {{link}}'],
    ['a subject of two lines', 'password_reset', 'subject', 'Hello\r\nBcc: eve@example.org', 'one line'],
    [
      'a placeholder of another kind',
      'magic_link',
      'text',
      '{{link}} {{username}}',
      'unknown placeholder {{username}}',
    ],
    ['a prototype name', 'magic_link', 'text', '{{link}} {{__proto__}}', 'unknown placeholder {{__proto__}}'],
  ])('rejects %s', (_what, kind, part, template, reason) => {
    const parsed = mailTemplate(kind, part).parse(template);
    expect(parsed).toMatchObject({ ok: false, code: 'broken_template' });
    expect('reason' in parsed && parsed.reason).toContain(reason);
  });

  it('suggests a similar placeholder, and ignores CSS braces', () => {
    expect(mailTemplate('password_reset', 'text').parse('{{lnk}}')).toMatchObject({ suggestion: '{{link}}' });
    const css = '<style>@media print{a{color:red}}</style>{{link}}';
    expect(mailTemplate('password_reset', 'html').parse(css)).toEqual({ ok: true, value: css });
  });
});
