import { domainToASCII, domainToUnicode } from "node:url";

/**
 * An address in the one form in which it is stored and compared: an international domain can be written in Unicode, composed or
 * not, or in ASCII ("xn--…"), in any case, and is one domain all the same (RFC 5891). What is no domain stays as it is.
 */
export function canonicalEmail(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = domainToUnicode(domainToASCII(address.slice(at + 1).normalize("NFC")));
  return domain === "" ? address : `${address.slice(0, at + 1)}${domain}`;
}
