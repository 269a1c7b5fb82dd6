import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import {
  apartOf,
  maxVoters,
  ownVote,
  refuseMalformedVote,
  refuseInvitedTwice,
  refuseVote,
  refuseVotingEnded,
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
  invitees: [],
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
  expect(faultOf(() => refuseMalformedVote(poll, vote("yes", "yes", "no")))).toBe("");
  expect(faultOf(() => refuseMalformedVote(poll, vote("yes")))).toBe("vote.choices");
  expect(faultOf(() => refuseVotingEnded(poll, now))).toBe("");
  expect(faultOf(() => refuseVotingEnded(poll, poll.closesAt))).toBe("POLL_STATUS");
  expect(faultOf(() => refuseVotingEnded({ ...poll, status: "cancelled" }, now))).toBe("POLL_STATUS");
});

test("a poll that has all its voters takes no other, and they may still change their minds", () => {
  const voters = Array.from({ length: maxVoters }, (_, index) => ({
    ...vote("no", "no", "no"),
    email: `${index}@x.example`,
  }));
  const late = (email: string) => ({ ...vote("yes", "yes", "no"), email });
  expect(faultOf(() => refuseVote(poll, late("z@x.example"), voters))).toBe("INVALID_FIELD");
  expect(faultOf(() => refuseVote(poll, late("z@x.example"), voters.slice(1)))).toBe("");
  expect(faultOf(() => refuseVote(poll, late("7@x.example"), voters))).toBe("");
});

test("a place is kept for each of the invited until they vote", () => {
  const invited = { ...poll, invitees: ["i@x.example"] };
  const voters = Array.from({ length: maxVoters - 1 }, (_, n) => ({
    ...vote("no", "no", "no"),
    email: `${n}@x.example`,
  }));
  const late = (email: string) => ({ ...vote("yes", "yes", "no"), email });
  expect(faultOf(() => refuseVote(invited, late("z@x.example"), voters))).toBe("INVALID_FIELD");
  expect(faultOf(() => refuseVote(invited, late("i@x.example"), voters))).toBe("");
  expect(faultOf(() => refuseVote(poll, late("z@x.example"), voters))).toBe("");
});

describe("whose vote it is", () => {
  const invited = { ...poll, invitees: ["i@x.example"] };
  const votes = [{ ...vote("no", "no", "no"), email: "v@x.example" }];
  const cast = (email: string, voter: string | null) =>
    ownVote(invited, { ...vote("yes", "yes", "yes"), email }, votes, voter).email;

  test.each([
    ["N@x.example", null, "n@x.example"],
    ["", "v@x.example", "v@x.example"],
    ["V@x.example", "v@x.example", "v@x.example"],
    ["i@x.example", "i@x.example", "i@x.example"],
  ])("%j by the link of %j votes as %j", (email, voter, as) => {
    expect(cast(email, voter)).toBe(as);
  });

  test.each([
    ["V@x.example", null, "VOTER_LINK_REQUIRED"],
    ["I@x.example", null, "VOTER_LINK_REQUIRED"],
    ["v@x.example", "i@x.example", "VOTER_LINK_REQUIRED"],
    ["n@x.example", "v@x.example", "VOTER_LINK_REQUIRED"],
    ["", null, "vote.email"],
  ])("%j by the link of %j does not vote: %s", (email, voter, fault) => {
    expect(faultOf(() => cast(email, voter))).toBe(fault);
  });

  test("nobody is invited twice", () => {
    expect(faultOf(() => refuseInvitedTwice(["a@x.example", "b@x.example"]))).toBe("");
    expect(faultOf(() => refuseInvitedTwice(["a@x.example", "b@x.example", "a@x.example"]))).toBe(
      "fields.invitees[2].email",
    );
  });
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

test("who votes again is the last, once", () => {
  const votes = ["a@x.example", "b@x.example"].map((email) => ({ ...vote("no", "no", "no"), email }));
  const emails = withVote(votes, { ...vote("yes", "no", "no"), email: "a@x.example" }).map(({ email }) => email);
  expect(emails).toEqual(["b@x.example", "a@x.example"]);
});
