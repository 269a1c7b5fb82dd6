/** Header with the id of an event; JetStream drops a repetition within its window by it. */
export const eventIdHeader = "Nats-Msg-Id";
/** Header with the event id as the publisher wrote it, also on replays, whose message id differs. */
export const causeHeader = "Calends-Event-Id";
/** Header with the protobuf type name of the body. */
export const typeHeader = "Calends-Type";
/** Header with the RFC 3339 time at which the fact became true; without it, that is when the broker took the event. */
export const timeHeader = "Calends-Time";
/** Header with the W3C trace context of what caused the fact. */
export const traceHeader = "traceparent";
/** Headers of a dead letter: what went wrong, and where the message came from. */
export const deadErrorHeader = "Calends-Error";
/** The subject that a dead letter had. */
export const deadSubjectHeader = "Calends-Subject";
