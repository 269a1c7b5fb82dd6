/**
 * Whether a mail program may make a link of a part of a text: of a scheme, "www.", an address of the Internet, or words with nothing
 * but a dot between them, as in "evil.example". Names that lack the blank after a dot, as in "Dr.Who", count as links, too.
 */
export function hasLink(text: string): boolean {
  const plain = text.normalize("NFKC");
  return links.some((link) => link.test(plain));
}

const links = [
  /\bwww\./iu,
  // A scheme, or a host with a port: letters, a colon and no blank. A time has digits before its colon.
  /[\p{L}][\p{L}\p{N}+.-]*:\S/u,
  /:\/\//u,
  // Words with a dot between them, of which the last has a letter.
  /[\p{L}\p{N}-]\.(?=\S*\p{L})[\p{L}\p{N}-]{2,}/u,
  // The full stop of Chinese and Japanese, where Latin letters stand on both of its sides: programs read it as a dot.
  /[\p{Script=Latin}\p{N}-][\u3002\uff61][\p{Script=Latin}\p{N}-]{2,}/u,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/u,
];

/** Whether a name is one line of visible text: no control characters, and none that turn the direction of what follows. */
export function isOneLine(text: string): boolean {
  // Joiners (U+200C, U+200D) are of category Cf, and parts of names in Persian and in Indian scripts.
  return !/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(text);
}
