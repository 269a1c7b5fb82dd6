import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { Mail } from "./mail.ts";
import { boundPort, freePort, LOOPBACK } from "./ports.ts";

/** A page that shows the mailbox, with the same as JSON at /messages.json. */
export interface MailboxPage extends AsyncDisposable {
  url: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Serves the mails on the loopback address, on this port when it is free. */
export async function startMailboxPage(mails: () => Mail[], port: number): Promise<MailboxPage> {
  const server = createServer((request, response) => {
    respond(response, mails(), request.url ?? "/");
  });
  server.listen(await freePort(port), LOOPBACK);
  await once(server, "listening");
  const bound = boundPort(server);
  return { url: `http://${LOOPBACK}:${bound}/`, [Symbol.asyncDispose]: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

function respond(response: ServerResponse, mails: Mail[], url: string): void {
  const { pathname } = new URL(url, "http://mailbox");
  if (pathname === "/") {
    send(response, 200, "text/html", page("Mailbox", list(mails)));
  } else if (pathname === "/messages.json") {
    send(response, 200, "application/json", JSON.stringify(mails, undefined, 2));
  } else {
    part(response, mails, pathname);
  }
}

// Paths of one mail: /1 shows it, /1/html is its HTML body, /1/0 is its first attachment.
function part(response: ServerResponse, mails: Mail[], pathname: string): void {
  const [, number, piece] = /^\/(\d+)(?:\/(html|\d+))?$/.exec(pathname) ?? [];
  const mail = mails[Number(number) - 1];
  const attachment = mail?.attachments[Number(piece)];
  if (mail && piece === undefined) send(response, 200, "text/html", page(mail.subject, one(mail, Number(number))));
  else if (mail && piece === "html") send(response, 200, "text/html", mail.html);
  else if (attachment)
    send(
      response,
      200,
      attachment.contentType.startsWith("text/calendar") ? "text/calendar" : "text/plain",
      attachment.content,
    );
  else send(response, 404, "text/plain", "There is no such mail.\n");
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // A mail's own HTML runs no script and loads nothing; its links open in a new tab.
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-top-navigation-by-user-activation",
  });
  response.end(body);
}

function page(title: string, body: string): string {
  const style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}iframe{width:100%;height:30rem;border:1px solid #999}pre{white-space:pre-wrap}";
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><style>${style}</style><h1>${escape(title)}</h1>${body}</html>`;
}

function list(mails: Mail[]): string {
  if (mails.length === 0) return "<p>No mail yet. Book something, then reload this page.</p>";
  const rows = mails.map(
    (mail, index) =>
      `<li value="${index + 1}"><a href="/${index + 1}">${escape(mail.subject)}</a> to ${escape(mail.to.join(", "))}</li>`,
  );
  return `<ol reversed>${rows.toReversed().join("")}</ol><p><a href="/messages.json">The same as JSON</a></p>`;
}

function one(mail: Mail, number: number): string {
  const parts = mail.attachments.map((attachment, index) => {
    const name = [attachment.filename ?? attachment.contentType, attachment.method].filter(Boolean).join(", ");
    return `<li><a href="/${number}/${index}">${escape(name)}</a></li>`;
  });
  const html = mail.html === "" ? "" : `<iframe title="The mail as HTML" src="/${number}/html"></iframe>`;
  return `<p><a href="/">All mails</a></p><p>From ${escape(mail.from)} to ${escape(mail.to.join(", "))}</p>${html}<pre>${linked(mail.text)}</pre><ul>${parts.join("")}</ul>`;
}

function linked(text: string): string {
  return escape(text).replaceAll(
    /https?:\/\/(?:(?!&(?:lt|gt|quot|#39);)[^\s()])+/g,
    (url) => `<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`,
  );
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
