import type { AccessStatus, Decision } from '@truconn/contract';

/** What a call is expected to end with: nothing, or a code. */
export type Refusal = 'CONSENT_NOT_GRANTED' | 'INVALID_TRANSITION' | `ACCESS_${AccessStatus}` | undefined;

interface ModelConsent {
  granted: boolean;
  end: number | null;
  /** The version of the notice that was agreed to. */
  version: number;
  /** How it came to its end, while no entry says so yet. */
  unwritten: 'CONSENT_EXPIRED' | 'CONSENT_REVOKED' | undefined;
}

interface ModelNotice {
  current: number;
  /** When each older version is withdrawn. */
  ends: Map<number, number>;
}

export interface ModelRequest {
  organization: number;
  categoryId: number;
  status: AccessStatus;
  end: number | null;
  maxReads: number | null;
  reads: number;
  /** It ended by the clock, and no entry says so yet. */
  unwritten: boolean;
}

const isOpen = ({ status }: ModelRequest) => ['PENDING', 'APPROVED', 'PAUSED'].includes(status);

const STEPS: Record<Decision, { from: AccessStatus[]; to: AccessStatus; action: string }> = {
  approve: { from: ['PENDING'], to: 'APPROVED', action: 'ACCESS_APPROVED' },
  deny: { from: ['PENDING'], to: 'DENIED', action: 'ACCESS_DENIED' },
  pause: { from: ['APPROVED'], to: 'PAUSED', action: 'ACCESS_PAUSED' },
  resume: { from: ['PAUSED'], to: 'APPROVED', action: 'ACCESS_RESUMED' },
  revoke: { from: ['PENDING', 'APPROVED', 'PAUSED'], to: 'REVOKED', action: 'ACCESS_REVOKED' },
};

/**
 * One person's consents and requests as the rules tell them, without a database. Ends happen here the
 * moment they are due; the ledger learns of them when somebody next writes about that category.
 */
export class ConsentModel {
  /** Seconds since the beginning. */
  now = 0;
  readonly consents = new Map<number, ModelConsent>();
  readonly notices = new Map<number, ModelNotice>();
  readonly requests: ModelRequest[] = [];
  readonly ledger: string[] = [];

  constructor(categories: number[]) {
    for (const id of categories) {
      this.consents.set(id, { granted: false, end: null, version: 0, unwritten: undefined });
      this.notices.set(id, { current: 1, ends: new Map() });
    }
  }

  consent(categoryId: number): ModelConsent {
    const consent = this.consents.get(categoryId);
    if (consent === undefined) throw new Error(`The model has no category ${categoryId}.`);
    return consent;
  }

  notice(categoryId: number): ModelNotice {
    const notice = this.notices.get(categoryId);
    if (notice === undefined) throw new Error(`The model has no category ${categoryId}.`);
    return notice;
  }

  /** Whether the person is to be shown a newer notice than the one they agreed to. */
  asksAgain(categoryId: number): boolean {
    const { granted, version } = this.consent(categoryId);
    return granted && version < this.notice(categoryId).current;
  }

  /** Publishes a notice; the one before is withdrawn at `end`. */
  supersede(categoryId: number, end: number): void {
    const notice = this.notice(categoryId);
    notice.ends.set(notice.current, end);
    notice.current += 1;
    this.endConsents();
  }

  /** Second by second, so that what ends first ends first; a request ends before its consent does. */
  advance(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.now += 1;
      for (const request of this.requests.filter(isOpen)) {
        if (request.end === this.now) this.end(request, 'EXPIRED');
      }
      this.endConsents();
    }
  }

  private endConsents(): void {
    for (const [categoryId, consent] of this.consents) {
      const hasExpired = consent.end === this.now;
      const isWithdrawn = this.notice(categoryId).ends.get(consent.version) === this.now;
      if (!consent.granted || !(hasExpired || isWithdrawn)) continue;
      consent.granted = false;
      consent.unwritten = hasExpired ? 'CONSENT_EXPIRED' : 'CONSENT_REVOKED';
      for (const request of this.openOn(categoryId)) this.end(request, 'REVOKED');
    }
  }

  private end(request: ModelRequest, status: AccessStatus): void {
    request.status = status;
    request.unwritten = true;
  }

  private openOn(categoryId: number): ModelRequest[] {
    return this.requests.filter((request) => request.categoryId === categoryId && isOpen(request));
  }

  grant(categoryId: number, end: number | null): void {
    this.settle(categoryId);
    const consent = this.consent(categoryId);
    const { current } = this.notice(categoryId);
    if (consent.granted && consent.end === end && consent.version === current) return;
    this.ledger.push(consent.granted ? 'CONSENT_MODIFIED' : 'CONSENT_GRANTED');
    consent.granted = true;
    consent.end = end;
    consent.version = current;
  }

  revoke(categoryId: number): void {
    this.settle(categoryId);
    const consent = this.consent(categoryId);
    if (!consent.granted) return;
    consent.granted = false;
    this.ledger.push('CONSENT_REVOKED');
    for (const request of this.openOn(categoryId)) this.end(request, 'REVOKED');
    this.writeEnds(categoryId);
  }

  toggle(categoryId: number): void {
    this.settle(categoryId);
    if (this.consent(categoryId).granted) this.revoke(categoryId);
    else this.grant(categoryId, null);
  }

  /** Which request answers: the open one, or a new one. */
  ask(
    organization: number,
    categoryId: number,
    { end, maxReads }: Pick<ModelRequest, 'end' | 'maxReads'>,
  ): ModelRequest | Refusal {
    this.settle(categoryId);
    if (!this.consent(categoryId).granted) return 'CONSENT_NOT_GRANTED';
    const open = this.settleOpen(organization, categoryId);
    if (open !== undefined) return open;
    const request: ModelRequest = {
      organization,
      categoryId,
      status: 'PENDING',
      end,
      maxReads,
      reads: 0,
      unwritten: false,
    };
    this.requests.push(request);
    this.ledger.push('ACCESS_REQUESTED');
    return request;
  }

  decide(request: ModelRequest, decision: Decision): Refusal {
    this.settleRequest(request);
    const { from, to, action } = STEPS[decision];
    if (request.status === to) return undefined;
    if (!from.includes(request.status)) return 'INVALID_TRANSITION';
    return this.move(request, to, action);
  }

  toggleRequest(request: ModelRequest): Refusal {
    this.settleRequest(request);
    if (['EXPIRED', 'EXHAUSTED'].includes(request.status)) return 'INVALID_TRANSITION';
    if (request.status === 'APPROVED') return this.move(request, 'REVOKED', 'ACCESS_REVOKED');
    if (!this.consent(request.categoryId).granted) return 'CONSENT_NOT_GRANTED';
    const wasOpen = isOpen(request);
    const other = this.settleOpen(request.organization, request.categoryId);
    const isPast = request.end !== null && request.end <= this.now;
    if (!wasOpen && (isPast || other !== undefined)) return 'INVALID_TRANSITION';
    return this.move(request, 'APPROVED', 'ACCESS_APPROVED');
  }

  read(request: ModelRequest): Refusal {
    this.settleRequest(request);
    if (request.status !== 'APPROVED') {
      this.ledger.push('ACCESS_REFUSED');
      const consentEnded = request.status === 'REVOKED' && !this.consent(request.categoryId).granted;
      return consentEnded ? 'CONSENT_NOT_GRANTED' : `ACCESS_${request.status}`;
    }
    request.reads += 1;
    this.ledger.push('ACCESS_READ');
    return request.reads === request.maxReads
      ? this.move(request, 'EXHAUSTED', 'ACCESS_EXHAUSTED')
      : undefined;
  }

  private move(request: ModelRequest, to: AccessStatus, action: string): undefined {
    request.status = to;
    this.ledger.push(action);
  }

  private settleRequest(request: ModelRequest): void {
    this.settle(request.categoryId);
    this.writeEnd(request);
  }

  /** Writes down a consent that came to its end, and with it every end on its category. */
  private settle(categoryId: number): void {
    const consent = this.consent(categoryId);
    if (consent.unwritten === undefined) return;
    this.ledger.push(consent.unwritten);
    consent.unwritten = undefined;
    this.writeEnds(categoryId);
  }

  private settleOpen(organization: number, categoryId: number): ModelRequest | undefined {
    const ofTriple = this.requests.filter(
      (request) => request.organization === organization && request.categoryId === categoryId,
    );
    for (const request of ofTriple) this.writeEnd(request);
    return ofTriple.find(isOpen);
  }

  private writeEnds(categoryId: number): void {
    for (const request of this.requests) if (request.categoryId === categoryId) this.writeEnd(request);
  }

  private writeEnd(request: ModelRequest): void {
    if (!request.unwritten) return;
    request.unwritten = false;
    this.ledger.push(`ACCESS_${request.status}`);
  }
}
