import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import {
  apartOf,
  maxVoters,
  refuseVote,
  tally,
  validateStarts,
  withVote,
  type Choice,
  type Poll,
  type Vote,
} from "./poll.ts";

const now = new Date("2026-06-01T08:00:00Z");
const hourMs = 3_600_000;
const poll: Poll = {
  id: "p",
  appointmentTypeId: "t",
  title: "When?",
  description: "",
  durationMs: hourMs,
  options: [1, 2, 3].map((hours) => ({ startMs: now.getTime() + hours * hourMs, holdId: null })),
  closesAt: new Date(now.getTime() + hourMs),
  holdTimes: false,
  status: "open",
  bookingId: null,
  version: 1n,
  createdAt: now,
};
const vote = (...choices: Choice[]): Vote => ({ email: "a@guest.example", name: "A", choices });

function faultOf(work: () => void): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof DomainError ? (error.violations[0]?.field ?? error.reason) : String(error);
  }
}

describe("the tally", () => {
  test("puts first what the fewest cannot, then what the most can, then the soonest", () => {
    const votes = [vote("yes", "if_needed", "no"), vote("no", "yes", "yes"), vote("yes", "yes", "no")];
    const starts = tally(poll, votes).map(({ startMs }) => (startMs - now.getTime()) / hourMs);
    expect(starts).toEqual([2, 1, 3]);
    expect(tally(poll, []).map(({ startMs }) => (startMs - now.getTime()) / hourMs)).toEqual([1, 2, 3]);
  });

  test("counts each vote once at each time", () => {
    const choice = fc.constantFrom<Choice[]>("yes", "if_needed", "no");
    fc.assert(
      fc.property(fc.array(fc.tuple(choice, choice, choice)), (all) => {
        for (const { yes, ifNeeded, no } of tally(
          poll,
          all.map((choices) => vote(...choices)),
        )) {
          expect(yes + ifNeeded + no).toBe(all.length);
        }
      }),
    );
  });
});

test("a vote has a choice for each time, and comes while the poll is open", () => {
  expect(faultOf(() => refuseVote(poll, vote("yes", "yes", "no"), [], now))).toBe("");
  expect(faultOf(() => refuseVote(poll, vote("yes"), [], now))).toBe("vote.choices");
  expect(faultOf(() => refuseVote(poll, vote("yes", "no", "no"), [], poll.closesAt))).toBe("POLL_STATUS");
  expect(faultOf(() => refuseVote({ ...poll, status: "cancelled" }, vote("no", "no", "no"), [], now))).toBe(
    "POLL_STATUS",
  );
});

test("a poll that has all its voters takes no other, and they may still change their minds", () => {
  const voters = Array.from({ length: maxVoters }, (_, index) => ({
    ...vote("no", "no", "no"),
    email: `${index}@x.example`,
  }));
  const late = (email: string) => ({ ...vote("yes", "yes", "no"), email });
  expect(faultOf(() => refuseVote(poll, late("z@x.example"), voters, now))).toBe("INVALID_FIELD");
  expect(faultOf(() => refuseVote(poll, late("Z@x.example"), voters.slice(1), now))).toBe("");
  expect(faultOf(() => refuseVote(poll, late("7@X.example"), voters, now))).toBe("");
});

test("proposed times lie in the future, once each, and apart where they are held", () => {
  const at = (...hours: number[]) => hours.map((hour) => now.getTime() + hour * hourMs);
  expect(faultOf(() => validateStarts(at(1, 1.5), 0, now))).toBe("");
  expect(faultOf(() => validateStarts(at(1, 1.5), hourMs, now))).toBe("fields.start_times[1]");
  expect(faultOf(() => validateStarts(at(1, 2, 1), 0, now))).toBe("fields.start_times[2]");
  expect(faultOf(() => validateStarts(at(1, 0), 0, now))).toBe("fields.start_times[1]");
});

test("held times are apart by the meeting and all that is around it, but of a round robin by the meeting alone", () => {
  const around = { setUpMs: 1, bufferBeforeMs: 20, bufferAfterMs: 300, cleanUpMs: 4000 };
  expect(apartOf({ ...typeFields, ...around }, hourMs)).toBe(hourMs + 4321);
  expect(apartOf({ ...typeFields, ...around, category: "round_robin" }, hourMs)).toBe(hourMs);
});

test("who votes again is the last, once, however the address is spelled", () => {
  const votes = ["a@x.example", "b@x.example"].map((email) => ({ ...vote("no", "no", "no"), email }));
  const emails = withVote(votes, { ...vote("yes", "no", "no"), email: "A@x.example" }).map(({ email }) => email);
  expect(emails).toEqual(["b@x.example", "a@x.example"]);
});
