import * as namespace from "rrule";

/** Node gives this CommonJS bundle as the default export, bundlers give its names. */
const library: typeof namespace & { readonly default?: typeof namespace } = namespace;

/** The rrule package, used for words only. */
export const { RRule, rrulestr } = library.default ?? library;
