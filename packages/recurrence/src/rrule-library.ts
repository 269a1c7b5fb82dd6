import * as namespace from "rrule";

type Library = Pick<typeof namespace, "RRule" | "rrulestr">;

/** Node gives this CommonJS bundle as the default export, bundlers give its names. */
const library: Library & { readonly default?: Library } = namespace;

/** The rrule package, used for words only. */
export const { RRule, rrulestr } = library.default ?? library;
