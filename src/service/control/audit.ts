import type { Ledger } from '../../ledger/ledger.ts';
import type { AuditEntry } from '../../protocol/audit.ts';
import { auditEntrySchema } from '../../protocol/audit.ts';

const most = 10_000;

/** Who stopped, raised and let run what, when, at what cost. Only ever added to. */
export class Audit {
  readonly #ledger: Ledger;
  readonly #problem: (what: string, error: unknown) => void;

  constructor(ledger: Ledger, problem: (what: string, error: unknown) => void) {
    this.#ledger = ledger;
    this.#problem = problem;
  }

  /** What happened holds all the same where it cannot be written down. */
  add(entry: AuditEntry): void {
    try {
      this.#ledger.audit(entry.at, entry);
    } catch (error) {
      this.#problem('the audit trail could not be written', error);
    }
  }

  /** Newest first. */
  list(limit: number): AuditEntry[] {
    return this.#ledger.audited(Math.min(limit, most)).flatMap((entry) => {
      const read = auditEntrySchema.safeParse(entry);
      return read.success ? [read.data] : [];
    });
  }
}
