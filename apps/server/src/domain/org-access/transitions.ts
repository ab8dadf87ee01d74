import type { AccessStatus, Decision, LedgerAction } from '@truconn/contract';

const DECISIONS: Record<Decision, { from: readonly AccessStatus[]; to: AccessStatus; action: LedgerAction }> =
  {
    approve: { from: ['PENDING'], to: 'APPROVED', action: 'ACCESS_APPROVED' },
    deny: { from: ['PENDING'], to: 'DENIED', action: 'ACCESS_DENIED' },
    pause: { from: ['APPROVED'], to: 'PAUSED', action: 'ACCESS_PAUSED' },
    resume: { from: ['PAUSED'], to: 'APPROVED', action: 'ACCESS_RESUMED' },
    revoke: { from: ['PENDING', 'APPROVED', 'PAUSED'], to: 'REVOKED', action: 'ACCESS_REVOKED' },
  };

/** What a step leads to, and how the ledger calls it. */
export interface Transition {
  to: AccessStatus;
  action: LedgerAction;
}

/**
 * What a decision makes of a request in `status`.
 * @returns `unchanged` where it is so already, nothing where the step is not allowed
 */
export function decisionFrom(status: AccessStatus, decision: Decision): Transition | 'unchanged' | undefined {
  const { from, to, action } = DECISIONS[decision];
  if (status === to) return 'unchanged';
  return from.includes(status) ? { to, action } : undefined;
}

/** What toggling makes of a request in `status`; nothing where it cannot be toggled. */
export function toggleFrom(status: AccessStatus): Transition | undefined {
  if (status === 'EXPIRED' || status === 'EXHAUSTED') return undefined;
  return status === 'APPROVED'
    ? { to: 'REVOKED', action: 'ACCESS_REVOKED' }
    : { to: 'APPROVED', action: 'ACCESS_APPROVED' };
}

/** Whether a request in this status still waits or gives access. */
export function isOpen(status: AccessStatus): boolean {
  return status === 'PENDING' || status === 'APPROVED' || status === 'PAUSED';
}
