import { getOption, hasOption, type DescMessage } from "@bufbuild/protobuf";
import { subject } from "@calends/contracts/calends/options/v1/options_pb";

/** The subject under which dead letters are kept; the durable's name follows. */
export const deadLetterPrefix = "calends.dead";

/** The stream of dead letters. */
export const deadLetterStream = "CALENDS_DEAD";

/** The stream of dead letters that are to be handled again; a message goes when it is handled. */
export const replayStream = "CALENDS_REPLAY";

/** The subject prefix of replayed dead letters; the durable's name and the organization follow. */
export const replayPrefix = "calends.replay";

/** The subject filter of what is replayed to one consumer. */
export function replayFilterOf(durable: string): string {
  return `${replayPrefix}.${durable}.*`;
}

/** The subject of an event of one organization: `calends.<service>.<fact>.v1.<organization>`. */
export function subjectOf(event: DescMessage, organizationId: string): string {
  return `${subjectPrefix(event)}.${organizationId}`;
}

/** The subject filter that matches an event of every organization. */
export function filterOf(event: DescMessage): string {
  return `${subjectPrefix(event)}.*`;
}

/** The durable name of a consumer: `<service>-<event>`, as in "availability-booking-changed". */
export function durableOf(service: string, event: DescMessage): string {
  const fact = event.name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return `${service}-${fact}`;
}

/** The stream of a publishing service, as in "CALENDS_BOOKING". */
export function streamOf(service: string): string {
  return `CALENDS_${service.toUpperCase().replaceAll("-", "_")}`;
}

/** The service that publishes an event: the second part of its package. */
export function publisherOf(event: DescMessage): string {
  const service = event.file.proto.package.split(".")[1];
  if (service === undefined) {
    throw new Error(`${event.typeName} is in no service's package`);
  }
  return service;
}

function subjectPrefix(event: DescMessage): string {
  if (!hasOption(event, subject)) {
    throw new Error(`${event.typeName} has no subject: it is not an event`);
  }
  return `calends.${publisherOf(event)}.${getOption(event, subject)}`;
}
