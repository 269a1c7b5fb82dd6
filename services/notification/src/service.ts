import { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { composeMail } from "./channels/compose.ts";
import { openMailer } from "./channels/smtp.ts";
import type { NotificationConfig } from "./config.ts";
import type { Claimed } from "./domain/delivery.ts";
import type { Paths } from "./domain/letter.ts";
import { startConsumers } from "./events/index.ts";
import { startForgettingPaths } from "./jobs/forget-paths.ts";
import { startSender } from "./jobs/sender.ts";
import { createSignedLinks } from "./signed-links.ts";
import { migrations } from "./migrations.ts";
import { notificationRpcs } from "./rpc/index.ts";
import { openStore } from "./store/index.ts";

/** Starts notification: who is told what about a booking, once. Stops in the order consumer, RPCs, sender, connections. */
export function startNotification(config: NotificationConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("notification", config.server, overrides, async (parts) => {
    const { stack, clock } = parts;
    const { pool, broker } = await openFoundation("notification", config.store, migrations, parts);
    const store = stack.use(openStore(pool));
    const mailer = stack.use(openMailer(config.mail.smtpUrl));
    const signedLinks = createSignedLinks(
      stack.use(createGrpcTransport({ target: config.bookingTarget })),
      parts.signer,
    );
    stack.use(startForgettingPaths({ ...parts, store }));
    const compose = (claimed: Claimed, paths: Paths) => composeMail(claimed, paths, config.mail);
    const sender = stack.use(startSender({ ...parts, store, mailer, signedLinks, compose }));
    const { maxAttempts, quietMs } = config.mail;
    const deps = { store, clock, maxAttempts, quietMs, wakeSender: () => sender.wake() };
    parts.serveRpcs((router) => {
      router.service(NotificationService, notificationRpcs(deps));
    });
    await startConsumers({ ...parts, ...deps, broker });
  });
}
