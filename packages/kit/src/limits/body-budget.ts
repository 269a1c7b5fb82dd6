import { DomainError } from "../domain-error.ts";

/** Bytes that a process, and each connection to it, may hold of requests that are not answered yet. */
export interface BudgetBytes {
  readonly total: number;
  readonly perConnection: number;
}

const usual: BudgetBytes = { total: 64 * 1024 * 1024, perConnection: 16 * 1024 * 1024 };

/** A request of no more bytes is small: the last quarter of the total is kept for such. */
const smallBytes = 65_536;

/**
 * Counts the bytes of request bodies in memory. However many requests come at once, what they hold has a bound; a
 * request that does not fit is refused, and small ones still fit when large ones no longer do.
 */
export class BodyBudget {
  readonly #limits: BudgetBytes;
  #held = 0;
  readonly #ofConnections = new WeakMap<object, { held: number }>();

  constructor(limits: BudgetBytes = usual) {
    this.#limits = limits;
  }

  /** Bytes held now. */
  get held(): number {
    return this.#held;
  }

  /** Opens the account of one request, whose disposal gives all of it back. */
  open(connection: object): BodyAccount {
    const ofConnection = this.#ofConnections.get(connection) ?? { held: 0 };
    this.#ofConnections.set(connection, ofConnection);
    let own = 0;
    const add = (bytes: number) => {
      own += bytes;
      ofConnection.held += bytes;
      this.#held += bytes;
    };
    return {
      take: (bytes) => {
        const most = own + bytes > smallBytes ? this.#limits.total * 0.75 : this.#limits.total;
        if (this.#held + bytes > most || ofConnection.held + bytes > this.#limits.perConnection) {
          throw new DomainError("unavailable", "SERVER_BUSY", "too many bytes of unfinished requests; try again later");
        }
        add(bytes);
      },
      giveBack: (bytes) => add(-bytes),
      [Symbol.dispose]: () => add(-own),
    };
  }
}

/** What one request holds. */
export interface BodyAccount extends Disposable {
  /** Counts bytes before they are kept. Throws "unavailable" where they do not fit. */
  take(bytes: number): void;
  /** Counts bytes no longer. */
  giveBack(bytes: number): void;
}
