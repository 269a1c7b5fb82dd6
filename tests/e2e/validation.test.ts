import { ScalarType, type Message } from "@bufbuild/protobuf";
import { violationsOf } from "@calends/kit/connect-errors";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { pathOf } from "./_contract.ts";
import { brokenValues, edgeValues } from "./_rules.ts";
import { messageOf, sampleTree, withValue, type Place } from "./_samples.ts";
import { freshTree, openSubjects, type Subject } from "./_subjects.ts";
import { outcomeOf, outcomeOfError, range } from "./_util.ts";
import { createWorld } from "./_world.ts";

let sky: TestConstellation;
let subjects: Awaited<ReturnType<typeof openSubjects>>;

beforeAll(async () => {
  sky = await startTestConstellation();
  subjects = await openSubjects(sky, await createWorld(sky));
});
afterAll(async () => {
  subjects[Symbol.dispose]();
  await sky[Symbol.asyncDispose]();
});

interface Case {
  readonly name: string;
  readonly what: string;
  readonly message: Message;
}

/** Every wrong value of every field that has rules. */
function brokenCases(subject: Subject): Case[] {
  const { method, places } = subject;
  const tree = freshTree(subject);
  return places.flatMap(({ name, steps, rules, field }) => {
    const values = [
      ...(rules === undefined ? [] : brokenValues(rules)),
      ...brokenLengths({ rules, steps, field }, tree),
    ];
    return values.map(({ what, value }) => ({
      name,
      what,
      message: messageOf(method.input, withValue(freshTree(subject), steps, value)),
    }));
  });
}

function brokenLengths({ rules, steps, field }: Pick<Place, "rules" | "steps" | "field">, tree: unknown) {
  if (rules?.type.case !== "repeated") {
    return [];
  }
  const { minItems, maxItems } = rules.type.value;
  const item = valueAt(tree, [...steps, 0]) ?? (field.message === undefined ? 1 : sampleTree(field.message));
  return [
    ...(minItems > 0n ? [{ what: "too few items", value: [] }] : []),
    ...(maxItems > 0n ? [{ what: "too many items", value: range(Number(maxItems) + 1).map(() => item) }] : []),
  ];
}

function valueAt(tree: unknown, steps: Place["steps"]): unknown {
  return steps.reduce<unknown>(
    (value, step) => Object.entries(value ?? {}).find(([key]) => key === String(step))?.[1],
    tree,
  );
}

/** The fields that a refusal names; where it is no refusal of fields, what it is. */
async function namedFields(call: Promise<Message>): Promise<string[]> {
  return call.then(
    () => ["accepted"],
    (error: unknown) =>
      ConnectError.from(error).code === Code.InvalidArgument
        ? violationsOf(error).map(({ field }) => field)
        : [outcomeOfError(error)],
  );
}

test("every RPC has a sample request that its own rules accept", async () => {
  expect(subjects.all.length).toBeGreaterThan(30);
  for (const { method, tree, call } of subjects.all) {
    const outcome = await outcomeOf(call(messageOf(method.input, tree)));
    expect(`${pathOf(method)} ${outcome}`).not.toMatch(/InvalidArgument|Internal|Unknown|Unimplemented/);
  }
});

test.each([
  ["the service over gRPC", (subject: Subject) => subject.call],
  ["the gateway over Connect", (subject: Subject) => subject.callGateway],
])("each rule of each field of each request, broken, is refused naming the field by %s", async (_way, callOf) => {
  const wrong: string[] = [];
  let tried = 0;
  for (const subject of subjects.all) {
    const cases = brokenCases(subject);
    tried += cases.length;
    const named = await Promise.all(cases.map(({ message }) => namedFields(callOf(subject)(message))));
    cases.forEach(({ name, what }, index) => {
      if (named[index]?.includes(name) !== true) {
        wrong.push(`${pathOf(subject.method)} ${name} ${what}: ${named[index]?.join(", ")}`);
      }
    });
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(300);
});

const oddTexts = [
  "\0",
  "a\0b",
  "\u{10FFFF}\uFFFE",
  "‮right to left",
  "'; DROP TABLE bookings;--",
  "${jndi}",
  " ",
  "\r\nBcc: x@x.example",
];

/** Values at the edge of the rules, and texts that trip databases up. */
function edgeCases(subject: Subject): Case[] {
  const { method, places } = subject;
  return places.flatMap(({ name, steps, field, rules }) => {
    const isText =
      field.scalar === ScalarType.STRING && (field.fieldKind === "scalar" || typeof steps.at(-1) === "number");
    const values = [...(rules === undefined ? [] : edgeValues(rules)), ...(isText ? oddTexts : [])];
    return values.map((value) => ({
      name,
      what: JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? String(v) : v)).slice(0, 60),
      message: messageOf(method.input, withValue(freshTree(subject), steps, value)),
    }));
  });
}

/** What is tried are odd values, and not how many calls a service stands at once. */
async function fewAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += 16) {
    results.push(...(await Promise.all(items.slice(from, from + 16).map(work))));
  }
  return results;
}

test("values at the edge of the rules, and odd texts, are served or refused, never INTERNAL", async () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const subject of subjects.all) {
    const cases = edgeCases(subject);
    tried += cases.length;
    const outcomes = await fewAtOnce(cases, ({ message }) => outcomeOf(subject.call(message)));
    cases.forEach(({ name, what }, index) => {
      const outcome = outcomes[index] ?? "";
      if (/Internal|Unknown|DataLoss|Unavailable|Unimplemented|DeadlineExceeded/.test(outcome)) {
        wrong.push(`${pathOf(subject.method)} ${name} ${what}: ${outcome}`);
      }
    });
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(300);
}, 240_000);
