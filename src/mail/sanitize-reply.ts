/** Characters of a reply that are kept: an enhanced status code (RFC 3463) and one sentence. */
const longest = 200;

/** Whatever has an `@`, with or without brackets. */
const addresses = /[^\s<>"'()[\],;:]+@[^\s<>"'()[\],;:]+/g;

/** Links, and whatever is long enough to be a one-time token: servers may quote the link that they object to. */
const links = /https?:\S+|[\w-]{32,}/gi;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * The reply of a mail server as it may be kept: one line, bounded, and without addresses and links. Servers
 * often repeat the recipient, as an address or as the name before the `@`.
 * @param recipient whose name is removed
 * @returns null when nothing was replied
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
