import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { openCompute } from "../compute/compute.ts";
import { recurrenceRpcs } from "./index.ts";

const start = "DTSTART:20260101T090000Z\nRRULE:FREQ";
const range = { startTime: timestampFromDate(new Date(0)), endTime: timestampFromDate(new Date("2030-01-01")) };

test("a set that takes too long is answered with its violation, and the sets after it are answered", async () => {
  // No thread has begun within a millisecond.
  await using compute = openCompute({ workMs: 1 });
  const transport = createRouterTransport(({ service }) => service(RecurrenceService, recurrenceRpcs({ compute })));
  const rules = ["DAILY;COUNT=2", "SECONDLY;COUNT=1000000", "DAILY;COUNT=3"];
  const sets = rules.map((rule) => ({ key: rule, recurrence: `${start}=${rule}` }));
  const answers: (number | string)[] = [];
  for await (const { starts, violation } of createClient(RecurrenceService, transport).expandBatch({ sets, range })) {
    answers.push(violation?.code ?? starts.length);
  }
  expect(answers).toEqual([2, "TOO_LARGE", 3]);
});
