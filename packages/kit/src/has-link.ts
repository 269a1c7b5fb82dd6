/**
 * Whether a mail program may make a link of a part of a text: of a scheme, "www.", or words with nothing but a dot between them,
 * as in "evil.example". Names that lack the blank after a dot, as in "Dr.Who", count as links, too.
 */
export function hasLink(text: string): boolean {
  return /:\/\/|\bwww\.|[\p{L}\p{N}-][.\uff0e]\p{L}{2,}/iu.test(text);
}
