import { randomBytes } from "node:crypto";
import { durableOf, filterOf, publisherOf, streamOf } from "./subjects.ts";
import { deadLetterPrefix, deadLetterStream, replayFilterOf, replayStream } from "./subjects.ts";
import { members, type Member } from "./members.ts";

/** A user of NATS and the subjects that it may publish to and subscribe to; it may do nothing else. */
export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The user of people who repair, with every right; no service has it. */
export const operator = "operator";

/** Every user of NATS: one for each service, and the operator. */
export const natsUsers: readonly NatsUser[] = [
  ...members.map(userOf),
  { name: operator, publish: [">"], subscribe: [">"] },
];

/** The prefix of the subjects on which a user is answered. Another user can neither read nor write there. */
export function inboxPrefixOf(user: string): string {
  return `_INBOX.${user}`;
}

/**
 * The users as the `authorization` block of a NATS configuration, as servers from 2.9 on understand it. `passwordOf` gives
 * what stands for a user's password: a quoted text, or a variable as in "$BOOKING_NATS_PASSWORD".
 */
export function authorizationConf(passwordOf: (user: string) => string): string {
  const users = natsUsers.map(({ name, publish, subscribe }) =>
    [
      `    {`,
      `      user: "${name}", password: ${passwordOf(name)}`,
      `      permissions: {`,
      `        publish: { allow: [\n${lines(publish)}\n        ] }`,
      `        subscribe: { allow: [\n${lines(subscribe)}\n        ] }`,
      `      }`,
      `    }`,
    ].join("\n"),
  );
  return `authorization {\n  users: [\n${users.join("\n")}\n  ]\n}\n`;
}

function lines(subjects: readonly string[]): string {
  return subjects.map((subject) => `          "${subject}"`).join("\n");
}

/**
 * A service publishes its own events and its own dead letters, makes its own stream, and reads by consumers whose filters are
 * in the subject by which they are made: the older requests, which name a filter in their body alone, are not allowed, nor is
 * reading single messages.
 */
function userOf({ service, publishes, consumes, consumedBefore = [] }: Member): NatsUser {
  const own = [...new Set(publishes.map(publisherOf))].map(streamOf);
  const durables = [...consumes, ...consumedBefore].map((event) => durableOf(service, event));
  return {
    name: service,
    publish: [
      "$JS.API.INFO",
      ...[...own, deadLetterStream, replayStream].flatMap((stream) => [
        `$JS.API.STREAM.INFO.${stream}`,
        `$JS.API.STREAM.CREATE.${stream}`,
      ]),
      ...publishes.map(filterOf),
      ...consumes.flatMap((event) =>
        consumerApi(streamOf(publisherOf(event)), durableOf(service, event), filterOf(event)),
      ),
      ...consumedBefore.flatMap((event) =>
        existingConsumerApi(streamOf(publisherOf(event)), durableOf(service, event)),
      ),
      ...durables.flatMap((durable) => [
        `${deadLetterPrefix}.${durable}`,
        ...consumerApi(replayStream, durable, replayFilterOf(durable)),
      ]),
    ],
    subscribe: [`${inboxPrefixOf(service)}.>`],
  };
}

/** The requests by which a consumer is made, asked about and pulled from, and the acknowledgements of its messages. */
function consumerApi(stream: string, durable: string, filter: string): string[] {
  return [`$JS.API.CONSUMER.CREATE.${stream}.${durable}.${filter}`, ...existingConsumerApi(stream, durable)];
}

/** As {@link consumerApi}, for a consumer that is there already. */
function existingConsumerApi(stream: string, durable: string): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}

/** The users of a server that is started here, with passwords made for it. */
export interface NatsAccess {
  /** The `authorization` block of its configuration, passwords included. */
  readonly conf: string;
  readonly passwords: Readonly<Record<string, string>>;
  /** The user whose URL the server has where none is asked for. */
  readonly operator: string;
}

/** Makes a password for every user. */
export function createNatsAccess(): NatsAccess {
  const passwords = Object.fromEntries(natsUsers.map(({ name }) => [name, randomBytes(24).toString("hex")]));
  return { conf: authorizationConf((user) => JSON.stringify(passwords[user])), passwords, operator };
}
