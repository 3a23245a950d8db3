import { useCallback, useEffect, useRef, type ReactElement } from 'react';

/** Keeps the style attributes of an email until a script sets them. */
const keptStyle = 'data-style';

const withoutStyles = (html: string): string =>
  html.replaceAll(/<[a-z][^>]*>/giu, (tag) => tag.replaceAll(/\sstyle=/giu, ` ${keptStyle}=`));

/**
 * Shows the HTML of an email in a frame without scripts. The content security policy of the console blocks style
 * attributes in HTML; styles that a script sets are allowed, so they are set one by one.
 */
export const HtmlPreview = ({ html }: { readonly html: string }): ReactElement => {
  const frame = useRef<HTMLIFrameElement>(null);
  const show = useCallback(() => {
    const target = frame.current?.contentDocument;
    if (!target) return;
    const mail = new DOMParser().parseFromString(withoutStyles(html), 'text/html');
    for (const unwanted of mail.querySelectorAll('script, style, link, meta, base')) unwanted.remove();
    for (const link of mail.querySelectorAll('a')) link.removeAttribute('href');
    target.replaceChild(target.adoptNode(mail.documentElement), target.documentElement);
    for (const element of target.querySelectorAll<HTMLElement>(`[${keptStyle}]`)) {
      element.style.cssText = element.getAttribute(keptStyle) ?? '';
    }
  }, [html]);
  useEffect(show, [show]);
  return (
    <iframe
      ref={frame}
      onLoad={show}
      title="Preview of the email"
      className="mail-preview"
      sandbox="allow-same-origin"
    />
  );
};
