import type { DescEnum, DescField, DescMessage, JsonValue } from "@bufbuild/protobuf";
import { invalidFields, type FieldViolation } from "../domain-error.ts";
import { allowedNames, maxItemsOf, mostViolations, noSuchField, tooManyItems } from "./field-rules.ts";

/** Most characters of an unknown field's name that an error repeats. */
const longestName = 64;

/**
 * Refuses JSON that has more items in a list than its proto allows, an unknown field, or an unknown name of an enum. It
 * does so before the JSON is decoded. The decoder refuses values of the wrong type.
 */
export function checkJsonShape(schema: DescMessage, json: JsonValue): void {
  const violations: FieldViolation[] = [];
  visitMessage(schema, json, "", violations);
  if (violations.length > 0) {
    throw invalidFields(violations);
  }
}

function visitMessage(schema: DescMessage, json: JsonValue, path: string, violations: FieldViolation[]): void {
  // The types of google.protobuf have their own JSON forms, which the decoder checks.
  if (typeof json !== "object" || json === null || Array.isArray(json) || !schema.typeName.startsWith("calends.")) {
    return;
  }
  for (const key in json) {
    if (violations.length >= mostViolations) {
      return;
    }
    const value = json[key];
    const field = fieldsByName(schema).get(key);
    if (field === undefined) {
      violations.push({
        field: path + key.slice(0, longestName).toWellFormed(),
        rule: noSuchField(key, schema.fields),
      });
    } else if (value !== undefined) {
      visitField(field, value, path + field.name, violations);
    }
  }
}

function visitField(field: DescField, json: JsonValue, path: string, violations: FieldViolation[]): void {
  if (field.fieldKind !== "list") {
    visitValue(field, json, path, violations);
    return;
  }
  if (!Array.isArray(json)) {
    return;
  }
  const most = maxItemsOf(field);
  if (json.length > most) {
    violations.push(tooManyItems(field, path));
    return;
  }
  for (const [index, item] of json.entries()) {
    if (violations.length >= mostViolations) {
      return;
    }
    visitValue(field, item, `${path}[${index}]`, violations);
  }
}

function visitValue(field: DescField, json: JsonValue, path: string, violations: FieldViolation[]): void {
  if (field.fieldKind === "map") {
    return;
  }
  if (field.message !== undefined) {
    visitMessage(field.message, json, `${path}.`, violations);
  } else if (field.enum !== undefined && typeof json === "string" && !hasName(field.enum, json)) {
    violations.push({ field: path, rule: allowedNames(field, field.enum) });
  }
}

function hasName({ values }: DescEnum, name: string): boolean {
  return values.some((value) => value.name === name);
}

const byName = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** A message's fields, by their JSON names and by their proto names. */
function fieldsByName(schema: DescMessage): ReadonlyMap<string, DescField> {
  const known = byName.get(schema);
  if (known !== undefined) {
    return known;
  }
  const fields = new Map(schema.fields.flatMap((field) => [[field.jsonName, field] as const, [field.name, field]]));
  byName.set(schema, fields);
  return fields;
}
