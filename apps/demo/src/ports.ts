/** The ports that the demo listens on where nobody else does. */
export const ports = {
  gateway: 8080,
  booking: 8081,
  availability: 8082,
  "recurrence-engine": 8083,
  sync: 8084,
  notification: 8085,
  mailbox: 8086,
  smtp: 8087,
  postgres: 8088,
  nats: 8089,
} as const;
