import { DomainError } from "../domain-error.ts";

/** Most bytes of unanswered requests that a process may hold in memory, in total and for each connection. */
export interface BudgetBytes {
  readonly total: number;
  readonly perConnection: number;
}

const usual: BudgetBytes = { total: 64 * 1024 * 1024, perConnection: 16 * 1024 * 1024 };

/** Most bytes of a small request. The last quarter of the total is reserved for small requests. */
const smallBytes = 65_536;

/**
 * Counts the bytes of request bodies in memory, and refuses a request that would exceed a limit, however many come at
 * once. When large requests are refused, small ones still fit.
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

  /** Opens the account of one request. Disposing of it releases all its bytes. */
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

/** The bytes that one request holds. */
export interface BodyAccount extends Disposable {
  /** Adds bytes, before they are kept. Throws "unavailable" where that would exceed a limit. */
  take(bytes: number): void;
  /** Subtracts bytes, once they are no longer kept. */
  giveBack(bytes: number): void;
}
