import type { Notice, Recipient } from "./notice.ts";
import { escapeHtml, webUrl } from "./text.ts";
import { formatSpan, formatStart, zoneFor } from "./times.ts";
import { wordsFor, type Words } from "./words.ts";

/** A mail as its reader sees it. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Row {
  readonly label: string;
  readonly value: string;
  /** Where a click on the value leads; absent for plain text. */
  readonly href?: string;
}

/** Writes a notice for one reader, in the reader's language and zone; with the link under which it is managed, where there is one. */
export function writeLetter(notice: Notice, reader: Recipient, manageUrl: string | null): Letter {
  const { words, locale } = wordsFor(reader.locale);
  const zone = zoneFor(reader.timeZone);
  const phrase = words.kinds[notice.kind][reader.role === "host" ? "host" : "guest"];
  const subject = `${phrase.subject}: ${notice.title} – ${formatStart(notice.startMs, zone, locale)}`;
  const saysPending = notice.pending && notice.kind !== "request";
  const intro = saysPending ? `${phrase.intro} ${words.pending}` : phrase.intro;
  const when = formatSpan(notice.startMs, notice.endMs, zone, locale);
  const rows = factRows(notice, words, when);
  return {
    subject,
    text: textOf(notice.title, intro, rows, words, manageUrl),
    html: htmlOf(notice.title, locale, intro, rows, words, manageUrl),
  };
}

function factRows(notice: Notice, { labels }: Words, when: string): Row[] {
  const online = webUrl(notice.meetingUrl);
  const rows: Row[] = [
    { label: labels.when, value: when },
    { label: labels.where, value: notice.location },
    { label: labels.online, value: notice.meetingUrl, ...(online === null ? {} : { href: online }) },
    { label: labels.hosts, value: names(notice.hosts) },
    { label: labels.booker, value: notice.booker.name },
    { label: labels.attendees, value: names(notice.attendees) },
    { label: labels.reason, value: notice.reason },
  ];
  return rows.filter(({ value }) => value !== "");
}

function names(parties: readonly { readonly name: string }[]): string {
  return parties.map(({ name }) => name).join(", ");
}

/** A path is only ever added to the public address, so that whatever it says, the link leads there. Null for no path. */
export function manageUrlOf(publicUrl: string, path: string): string | null {
  return path.startsWith("/") ? webUrl(publicUrl + path) : null;
}

function textOf(title: string, intro: string, rows: readonly Row[], words: Words, manageUrl: string | null): string {
  const facts = rows.map(({ label, value }) => `${label}: ${value}`);
  const manage = manageUrl === null ? [] : ["", `${words.manage}:`, manageUrl];
  return [title, "", intro, "", ...facts, ...manage, ""].join("\n");
}

function htmlOf(
  title: string,
  locale: string,
  intro: string,
  rows: readonly Row[],
  words: Words,
  manageUrl: string | null,
): string {
  const cells = rows.map(({ label, value, href }) => {
    const shown = href === undefined ? escapeHtml(value) : link(href, value);
    const head = `<th scope="row" style="text-align:left;vertical-align:top;padding:4px 16px 4px 0">${escapeHtml(label)}</th>`;
    return `<tr>${head}<td style="padding:4px 0">${shown}</td></tr>`;
  });
  const manage = manageUrl === null ? "" : `<p>${link(manageUrl, words.manage)}</p>`;
  const body = [
    `<h1 style="font-size:20px">${escapeHtml(title)}</h1>`,
    `<p>${escapeHtml(intro)}</p>`,
    `<table role="presentation" style="border-collapse:collapse">${cells.join("")}</table>`,
    manage,
  ].join("\n");
  const head = `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`;
  const style = "font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:16px";
  return `<!doctype html>\n<html lang="${escapeHtml(locale)}">${head}<body style="${style}">\n${body}\n</body></html>\n`;
}

function link(href: string, text: string): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}
