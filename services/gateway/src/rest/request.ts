import { randomUUID } from "node:crypto";
import {
  getOption,
  ScalarType,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import { bearer } from "@calends/contracts/calends/options/v1/options_pb";
import { invalidField } from "@calends/kit/domain-error";
import { noSuchField } from "@calends/kit/limits/field-rules";
import type { Route } from "./template.ts";

/** Builds the JSON form of an RPC's request from the parts of a REST request. Throws naming an unknown parameter. */
export function requestJson(
  { method, hasBody }: Route,
  pathValues: Readonly<Record<string, string>>,
  query: URLSearchParams,
  body: JsonValue,
  idempotencyKey: string | undefined,
): JsonObject {
  const json: JsonObject = {};
  if (hasBody) {
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      throw invalidField("", "the body must be a JSON object");
    }
    Object.assign(json, body);
  }
  for (const [name, value] of query) {
    refuseBearer(method.input, name);
    setPath(json, method.input, name.split("."), value, name);
  }
  for (const [name, value] of Object.entries(pathValues)) {
    setPath(json, method.input, [name], value, name);
  }
  const requestId = method.input.fields.find((field) => field.name === "request_id");
  if (requestId !== undefined && json["request_id"] === undefined && json[requestId.jsonName] === undefined) {
    json[requestId.jsonName] = idempotencyKey ?? randomUUID();
  }
  return json;
}

/** Throws if a token is in the query string, where logs and browser histories would keep it; the error names it. */
function refuseBearer(schema: DescMessage, name: string): void {
  const field = schema.fields.find((candidate) => candidate.name === name || candidate.jsonName === name);
  if (field !== undefined && getOption(field, bearer)) {
    throw invalidField(name, "a token goes in the body or the path, never in the query");
  }
}

function setPath(json: JsonObject, schema: DescMessage, path: readonly string[], value: string, whole: string): void {
  const [name, ...rest] = path;
  const field = schema.fields.find((candidate) => candidate.name === name || candidate.jsonName === name);
  if (field === undefined) {
    throw invalidField(whole, noSuchField(name ?? "", schema.fields));
  }
  const key = field.jsonName;
  if (key !== field.name) {
    // Either spelling may stand in the body; the path and the query win.
    delete json[field.name];
  }
  if (rest.length > 0) {
    if (field.fieldKind !== "message") {
      throw invalidField(whole, "there is no such parameter");
    }
    const known = json[key];
    const child: JsonObject = typeof known === "object" && known !== null && !Array.isArray(known) ? known : {};
    json[key] = child;
    setPath(child, field.message, rest, value, whole);
    return;
  }
  if (field.fieldKind === "list") {
    const known = json[key];
    const list = Array.isArray(known) ? known : [];
    list.push(jsonOf(field, value));
    json[key] = list;
    return;
  }
  json[key] = jsonOf(field, value);
}

/** Query values are text; protobuf JSON takes text for everything but booleans. */
function jsonOf(field: DescField, value: string): JsonValue {
  if (field.scalar === ScalarType.BOOL && (value === "true" || value === "false")) {
    return value === "true";
  }
  return value;
}
