// Prints the users of NATS and what each may do, made from the events that services publish and consume, for the
// configuration of a server: `node deploy/nats-users.ts > deploy/nats-users.conf`. Passwords come from the environment of
// the server, as in BOOKING_NATS_PASSWORD. tests/deploy.test.ts keeps the file as this prints it.
import { authorizationConf } from "@calends/messaging/permissions";

/** The variable with the password of a user of NATS. */
export function natsPasswordOf(user: string): string {
  return `${user.toUpperCase().replaceAll("-", "_")}_NATS_PASSWORD`;
}

/** The file deploy/nats-users.conf. */
export function natsUsersConf(): string {
  const head = "# Made by `node deploy/nats-users.ts > deploy/nats-users.conf`; not to be edited.\n";
  return `${head}${authorizationConf((user) => `$${natsPasswordOf(user)}`)}`;
}

if (import.meta.main) {
  process.stdout.write(natsUsersConf());
}
