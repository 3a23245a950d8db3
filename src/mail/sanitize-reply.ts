/** Maximum length: an enhanced status code (RFC 3463) and one sentence. */
const longest = 200;

/** Text with an `@`, with or without brackets. */
const addresses = /[^\s<>"'()[\],;:]+@[^\s<>"'()[\],;:]+/g;

/** Links and text that may be a one-time token, since servers may quote a rejected link. */
const links = /https?:\S+|[\w-]{32,}/gi;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Makes the reply of a mail server safe to store and log: one line of limited length without addresses and links. Servers
 * often repeat the recipient, as an address or as the name before the `@`.
 * @param recipient removed from the reply, also without its domain
 * @returns null without a reply
 */
export const sanitizeReply = (response: string | undefined, recipient: string | null): string | null => {
  if (response === undefined) return null;
  const name = recipient?.slice(0, recipient.lastIndexOf('@')) ?? '';
  const plain = response
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll(links, '***')
    .replaceAll(addresses, '***');
  const anonymous =
    name === '' ? plain : plain.replaceAll(new RegExp(`(?<![\\w.])${escaped(name)}(?![\\w.])`, 'gi'), '***');
  const text = anonymous.trim();
  if (text === '') return null;
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
};
