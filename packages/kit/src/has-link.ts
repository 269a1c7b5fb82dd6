/**
 * Whether a mail program may turn a part of a text into a link: a URL, a name that begins with "www.", an IP address, or
 * words with nothing but a dot between them, as in "evil.example". A name without the space after its dot, as in
 * "Dr.Who", counts as a link, too.
 */
export function hasLink(text: string): boolean {
  const plain = text.normalize("NFKC");
  return links.some((link) => link.test(plain));
}

const links = [
  /\bwww\./iu,
  // A scheme, or a host with a port: letters, then a colon, then no space. (In a time, digits precede the colon.)
  /[\p{L}][\p{L}\p{N}+.-]*:\S/u,
  /:\/\//u,
  // Words with dots between them, where the last word has a letter.
  /[\p{L}\p{N}-]\.(?=\S*\p{L})[\p{L}\p{N}-]{2,}/u,
  // The Chinese and Japanese full stop between Latin letters, which programs read as a dot.
  /[\p{Script=Latin}\p{N}-][\u3002\uff61][\p{Script=Latin}\p{N}-]{2,}/u,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/u,
];

/**
 * Whether a text is one line of visible characters: it has no control characters, line breaks, or invisible format
 * characters, such as those that reverse the direction in which the following text is shown.
 */
export function isOneLine(text: string): boolean {
  // The joiners U+200C and U+200D are format characters (Cf), but names in Persian and in Indian scripts need them.
  return !/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(text);
}
