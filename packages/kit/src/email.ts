import { domainToASCII, domainToUnicode } from "node:url";

/**
 * The form in which an email address is stored and compared. An international domain can be written in Unicode (composed
 * or decomposed), in ASCII ("xn--…"), and in upper or lower case; all of these are the same domain (RFC 5891) and become
 * one form. A part after the @ that is not a valid domain is not changed.
 */
export function canonicalEmail(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = domainToUnicode(domainToASCII(address.slice(at + 1).normalize("NFC")));
  return domain === "" ? address : `${address.slice(0, at + 1)}${domain}`;
}
