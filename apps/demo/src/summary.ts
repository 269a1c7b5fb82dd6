import { relative } from "node:path";
import type { Constellation, ServiceName } from "@calends/constellation/constellation";
import { offers } from "./seed/offers.ts";

/** What a newcomer needs to know of a running demo. */
export interface Running {
  readonly constellation: Constellation;
  readonly mailboxUrl: string;
  readonly smtpPort: number;
  /** Path at the gateway of the first person's feed. */
  readonly feedPath: string;
  /** URL paths of the poll's and the routing form's public pages. */
  readonly linkPaths: Readonly<Record<string, string>>;
  readonly tokenFile: string;
  readonly directory: string;
  readonly hasPages: boolean;
}

const grpcServices: readonly ServiceName[] = ["booking", "availability", "recurrence-engine", "sync", "notification"];

/** The block of addresses that `npm start` ends with, and what to try first. */
export function summarize(running: Running): string {
  const { constellation, mailboxUrl, smtpPort, feedPath, directory } = running;
  const { gatewayUrl, targets } = constellation;
  const pages = offers.map(({ slug, fields }) => `${`${gatewayUrl}/book/${slug}`.padEnd(46)}${fields.name ?? ""}`);
  const rows: [string, readonly string[]][] = [
    ["Booking pages", running.hasPages ? pages : ["not built: run `npm run build -w @calends/web`"]],
    ["Poll, form", Object.values(running.linkPaths).map((path) => gatewayUrl + path)],
    ["Mailbox", [`${mailboxUrl.padEnd(46)}every mail that is sent (SMTP on port ${smtpPort})`]],
    ["Calendar feed", [gatewayUrl + feedPath]],
    ["Gateway", [`${gatewayUrl.padEnd(46)}REST, Connect, gRPC-Web and gRPC`]],
    ["gRPC", grpcServices.map((name) => `${addressOf(targets[name]).padEnd(46)}${name}`)],
  ];
  const table = rows.flatMap(([label, lines]) =>
    lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(15)}${line}`),
  );
  const data = shown(directory);
  const end = `Ctrl-C stops everything. The data stays in ${data}; \`npm start -- --fresh\` starts over.`;
  return ["", ...table, "", "Try", ...trials(running).map((line) => `  ${line}`), "", end, ""].join("\n");
}

function trials({ constellation, tokenFile }: Running): string[] {
  const { gatewayUrl } = constellation;
  const body = `-H 'content-type: application/json' -d '{"pageSize": 3}'`;
  return [
    `curl ${gatewayUrl}/book/ada`,
    `curl -H "authorization: Bearer $(cat ${shown(tokenFile)})" ${body} ${gatewayUrl}/calends.booking.v1.BookingService/ListBookings`,
    `grpcurl -plaintext -d '{"slug": "ada"}' ${new URL(gatewayUrl).host} calends.booking.v1.PublicBookingService/GetBookingPage`,
  ];
}

function addressOf(target: string): string {
  return target.replace(/^ipv4:/, "");
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
}
