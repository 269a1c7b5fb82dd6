/** Who looks at the page, as far as their browser says. */
import { formatsFor } from "./formats.ts";

/** The visitor's language, a BCP 47 tag. */
export const language = languageOf(navigator.language);

/** Writes dates and times the way the visitor reads them. */
export const formats = formatsFor(language);

function languageOf(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "en";
  } catch {
    // Some systems give tags such as "en-US@posix", which Intl refuses.
    return "en";
  }
}
