const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openingBracket = 0x5b;
const openingBrace = 0x7b;

/**
 * Whether a JSON text has more than a number of values. It counts them without parsing, because a value of two bytes
 * takes fifty when parsed. Each value except the outermost follows a comma or is the first of a list or an object.
 */
export function hasMoreValues(json: Uint8Array, most: number): boolean {
  let values = 1;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === quote) {
      isText = !isText;
    } else if (isText && byte === backslash) {
      index += 1;
    } else if (!isText && (byte === comma || byte === openingBracket || byte === openingBrace)) {
      values += 1;
      if (values > most) {
        return true;
      }
    }
  }
  return false;
}
