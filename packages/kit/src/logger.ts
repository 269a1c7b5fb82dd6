import { pino, type Logger as PinoLogger } from "pino";

/** A structured logger. Messages say what happened; ids are fields; personal data and secrets never appear. */
export type Logger = PinoLogger;

const secrets = ["authorization", "token", "password", "email", "name", "manage_token", "*.authorization", "*.email"];

/** Makes a service's logger: JSON lines on standard output, or into `write` where a caller wants to see them. */
export function createLogger(service: string, level: string, write?: (line: string) => void): Logger {
  const options = { level, base: { service }, redact: { paths: secrets, censor: "[redacted]" } };
  return write === undefined ? pino(options) : pino(options, { write });
}
