import { contentOf } from "@calends/recurrence/pattern";
import { compilePattern, type CompiledPattern, type Pattern } from "./pattern.ts";

/**
 * Patterns that are ready to answer, by what they say and not by record and version: a version that was rolled back never
 * answers for another. The least lately used leave first.
 */
const kept = new Map<string, CompiledPattern>();
const mostKept = 20_000;

/** A pattern ready to answer; the same for the same pattern as long as it is in use. */
export function compiledPattern(pattern: Pattern): CompiledPattern {
  const key = `${pattern.durationMs} ${contentOf(pattern)}`;
  const known = kept.get(key);
  const compiled = known ?? compilePattern(pattern);
  kept.delete(key);
  kept.set(key, compiled);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) {
    kept.delete(oldest);
  }
  return compiled;
}
