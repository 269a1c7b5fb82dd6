import { expect, test } from "vitest";
import { createAnswerLinks } from "./answer-links.ts";
import { createManageLinks } from "./manage-link.ts";

const secret = "0123456789abcdef0123456789abcdef";
const links = createAnswerLinks(secret);
const link = {
  organizationId: "11111111-1111-4111-8111-111111111111",
  bookingId: "22222222-2222-4222-8222-222222222222",
};
const hostLink = { ...link, calendarId: "33333333-3333-4333-8333-333333333333" };
const tokenOf = (path: string): string => path.split("/").at(-1) ?? "";

test("a path leads back to whom it was made for", () => {
  expect(links.readConfirm(tokenOf(links.confirmPath(link)))).toEqual(link);
  expect(links.readHost(tokenOf(links.hostPath(hostLink)))).toEqual(hostLink);
});

test("whoever has a booking's manage link has no link by which an address or a host answers, and the other way round", () => {
  const manage = createManageLinks(secret);
  const tokens = [manage.token(link), manage.token({ ...link, endsAt: new Date(0) })];
  const confirm = tokenOf(links.confirmPath(link));
  const host = tokenOf(links.hostPath(hostLink));
  const reads = [
    ...[...tokens, host].map((token) => () => links.readConfirm(token)),
    ...[...tokens, confirm].map((token) => () => links.readHost(token)),
    ...[confirm, host].map((token) => () => manage.read(token)),
    () => createAnswerLinks(`${secret}!`).readConfirm(confirm),
  ];
  for (const read of reads) {
    expect(read).toThrow("this link is not valid");
  }
});
