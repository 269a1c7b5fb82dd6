import { toBinary, type Message } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { pathOf } from "./_contract.ts";
import { messageOf, withValue, type Place, type Tree } from "./_samples.ts";
import { freshTree, openSubjects, type Subject } from "./_subjects.ts";
import { outcomeOfError } from "./_util.ts";
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

function isId({ rules }: Place): boolean {
  return rules?.type.case === "string" && rules.type.value.wellKnown.case === "uuid";
}

/** A request with each of its UUIDs in capitals. */
function inCapitals(tree: Tree, ids: readonly Place[]): Tree {
  return ids.reduce((capitals, { steps }) => {
    const value = steps.reduce<unknown>((at, step) => (at as Tree | undefined)?.[step], tree);
    return typeof value === "string" ? withValue(capitals, steps, value.toUpperCase()) : capitals;
  }, tree);
}

/** What a call answers; of a mutation to the last byte, because its answer is kept. */
async function answerOf({ method, tree }: Subject, call: Promise<Message>): Promise<string> {
  return call.then(
    (answer) => (tree["requestId"] === undefined ? "ok" : Buffer.from(toBinary(method.output, answer)).toString("hex")),
    outcomeOfError,
  );
}

test("a UUID is the same in capitals: every RPC answers as it does to small letters, and a repetition is one", async () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const subject of subjects.all) {
    const ids = subject.places.filter(isId);
    const tree = freshTree(subject);
    const small = await answerOf(subject, subject.call(messageOf(subject.method.input, tree)));
    const capitals = await answerOf(subject, subject.call(messageOf(subject.method.input, inCapitals(tree, ids))));
    tried += ids.length;
    if (small !== capitals) {
      wrong.push(`${pathOf(subject.method)} ${ids.map(({ name }) => name).join()}: ${small} / ${capitals}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(150);
});
