/** What the global setup tells every test file. */
export interface Provided {
  /** A superuser's URL of the run's Postgres server. */
  postgresUrl: string;
  /** The URL of the run's NATS server. */
  natsUrl: string;
}

declare module "vitest" {
  interface ProvidedContext extends Provided {}
}
