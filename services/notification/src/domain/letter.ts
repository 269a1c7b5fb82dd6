import { hasMeeting, waitsForSeat, type Notice, type Party, type Recipient } from "./notice.ts";
import { escapeHtml, webUrl } from "./text.ts";
import { firstZone, formatSpan, formatStart } from "./times.ts";
import { wordsFor, type Phrase, type Words } from "./words.ts";

/** A mail as its reader sees it. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Paths of the signed links in a reader's mail. A link that the mail does not have is empty. */
export interface Paths {
  /** The page on which the booker moves or cancels the booking. */
  readonly manage: string;
  /** The page on which the booker confirms their address. */
  readonly confirm: string;
  /** The page on which a host confirms or declines. */
  readonly host: string;
}

/** The paths of a mail without links. */
export const noPaths: Paths = { manage: "", confirm: "", host: "" };

interface Row {
  readonly label: string;
  readonly value: string;
  /** Where a click on the value leads; absent for plain text. */
  readonly href?: string;
}

interface Link {
  readonly label: string;
  readonly href: string;
}

/** Writes what a notice says to one reader, in the reader's language and zone. */
export function writeLetter(notice: Notice, reader: Recipient, paths: Paths, publicUrl: string): Letter {
  const { words, locale } = wordsFor(reader.locale);
  const zone = zoneOf(notice, reader);
  const phrase = phraseOf(notice, reader, words);
  const subject = `${phrase.subject}: ${notice.title} – ${formatStart(notice.startMs, zone, locale)}`;
  const saysPending = notice.pending && notice.kind !== "request";
  const intro = saysPending ? `${phrase.intro} ${words.pending}` : phrase.intro;
  const when = formatSpan(notice.startMs, notice.endMs, zone, locale);
  const rows = factRows(notice, reader, words, when);
  const links = waysOf(notice, paths, words).flatMap(({ label, href }) => linkTo(publicUrl, href, label));
  return {
    subject,
    text: textOf(notice.title, intro, rows, links),
    html: htmlOf(notice.title, locale, intro, rows, links),
  };
}

function phraseOf({ kind, sessions }: Notice, { role }: Recipient, words: Words): Phrase {
  if (role !== "host") {
    return words.kinds[kind].guest;
  }
  const goesOn = sessions.some(({ confirmed }) => confirmed > 0);
  return kind === "cancellation" && goesOn ? words.seatGivenUp : words.kinds[kind].host;
}

/** A booker or an attendee whose zone is not known reads times in the first zone that is known of the booker and the hosts. */
function zoneOf({ booker, hosts }: Notice, { role, timeZone }: Recipient): string {
  const ofBooking = [booker, ...hosts].map((party) => party.timeZone);
  return firstZone(role === "booker" || role === "attendee" ? [timeZone, ...ofBooking] : [timeZone]);
}

function factRows(notice: Notice, { role }: Recipient, { labels }: Words, when: string): Row[] {
  const meetingUrl = hasMeeting(notice.kind) ? notice.meetingUrl : "";
  const online = webUrl(meetingUrl);
  const isHost = role === "host" || role === "former host";
  const rows: Row[] = [
    { label: labels.when, value: when },
    { label: labels.where, value: notice.location },
    { label: labels.online, value: meetingUrl, ...(online === null ? {} : { href: online }) },
    { label: labels.hosts, value: names(notice.hosts) },
    { label: labels.booker, value: isHost ? contact(notice.booker) : notice.booker.name },
    { label: labels.attendees, value: names(notice.attendees) },
    ...(isHost ? notice.answers : []),
    { label: labels.reason, value: notice.reason },
  ];
  return rows.filter(({ value }) => value !== "");
}

function names(parties: readonly { readonly name: string }[]): string {
  return parties.map(({ name }) => name).join(", ");
}

function contact({ name, email }: Party): string {
  return [name, email].filter((part) => part !== "").join(", ");
}

/** The links of a mail, each with the words for what it does. */
function waysOf({ kind }: Notice, paths: Paths, { links }: Words): Link[] {
  const answers = paths.host === "" ? [] : (["confirm", "decline"] as const);
  return [
    ...answers.map((answer) => ({ label: links[answer], href: `${paths.host}#${answer}` })),
    { label: links.invite, href: paths.confirm },
    { label: links[waitsForSeat(kind) ? kind : "manage"], href: paths.manage },
  ];
}

/** A path is only ever added to the public address, so that whatever it says, the link leads there. */
function linkTo(publicUrl: string, path: string, label: string): Link[] {
  const href = path.startsWith("/") ? webUrl(publicUrl + path) : null;
  return href === null ? [] : [{ label, href }];
}

function textOf(title: string, intro: string, rows: readonly Row[], links: readonly Link[]): string {
  const facts = rows.map(({ label, value }) => `${label}: ${value}`);
  const ways = links.flatMap(({ label, href }) => ["", `${label}:`, href]);
  return [title, "", intro, "", ...facts, ...ways, ""].join("\n");
}

function htmlOf(title: string, locale: string, intro: string, rows: readonly Row[], links: readonly Link[]): string {
  const cells = rows.map(({ label, value, href }) => {
    const shown = href === undefined ? escapeHtml(value) : link(href, value);
    const head = `<th scope="row" style="text-align:left;vertical-align:top;padding:4px 16px 4px 0">${escapeHtml(label)}</th>`;
    return `<tr>${head}<td style="padding:4px 0">${shown}</td></tr>`;
  });
  const body = [
    `<h1 style="font-size:20px">${escapeHtml(title)}</h1>`,
    `<p>${escapeHtml(intro)}</p>`,
    `<table role="presentation" style="border-collapse:collapse">${cells.join("")}</table>`,
    ...links.map(({ href, label }) => `<p>${link(href, label)}</p>`),
  ].join("\n");
  const head = `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`;
  const style = "font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:16px";
  return `<!doctype html>\n<html lang="${escapeHtml(locale)}">${head}<body style="${style}">\n${body}\n</body></html>\n`;
}

function link(href: string, text: string): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}
