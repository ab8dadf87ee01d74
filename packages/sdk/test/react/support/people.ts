import { Refusal } from '../../support/scripted-server.ts';
import { makePair } from '../../support/tokens.ts';

type Input = { identifier?: string; cursor?: string; categoryId?: number } | undefined;

/** Some people, and what the procedures answer each of them. */
export class People {
  /** Whose each credential is. */
  readonly #credentials = new Map([['truconn=asha', 'asha']]);
  readonly #names = new Map<string, string>();
  readonly #sessions = new Map<string, number>();

  holderOf(credential: string | undefined): string | undefined {
    return this.#credentials.get(credential ?? '');
  }

  add(credential: string, person: string): void {
    this.#credentials.set(credential, person);
  }

  endSessions(): void {
    this.#credentials.clear();
  }

  rename(person: string, firstName: string): void {
    this.#names.set(person, firstName);
  }

  call(person: string | undefined, path: string, input: Input): unknown {
    if (path === 'auth.signIn') return this.#signIn(input?.identifier ?? '');
    if (path === 'consent.categories') return { items: [{ id: 1, name: 'Contact' }], nextCursor: null };
    if (person === undefined) return new Refusal('UNAUTHENTICATED', 401);
    if (path === 'auth.me') return this.#me(person);
    if (path === 'auth.signOut') return this.#signOut(person);
    if (path === 'consent.list') return listOf(person);
    if (path === 'consent.ledger') return ledgerOf(person, input);
    if (path === 'consent.grant') return grant(person, input);
    return new Refusal('NOT_FOUND', 404);
  }

  #signIn(person: string) {
    const count = (this.#sessions.get(person) ?? 0) + 1;
    this.#sessions.set(person, count);
    const me = this.#me(person);
    const pair = makePair({ session: me.session.id });
    this.#credentials.set(`Bearer ${pair.accessToken}`, person);
    return { ...pair, ...me };
  }

  #signOut(person: string) {
    for (const [credential, holder] of this.#credentials) {
      if (holder === person) this.#credentials.delete(credential);
    }
    return { ended: 1 };
  }

  #me(person: string) {
    const firstName = this.#names.get(person) ?? person;
    return {
      user: { id: person, firstName },
      session: { id: `${person}-${this.#sessions.get(person) ?? 0}` },
    };
  }
}

function listOf(person: string) {
  return { items: [{ categoryId: 1, name: `a consent of ${person}` }], nextCursor: null };
}

// Two entries a page, five in all.
function ledgerOf(person: string, input: Input) {
  const from = Number(input?.cursor ?? 0);
  const items = [1, 2]
    .map((step) => ({ seq: from + step, action: `of ${person}` }))
    .filter(({ seq }) => seq <= 5);
  return { items, nextCursor: from + 2 < 5 ? String(from + 2) : null };
}

function grant(person: string, input: Input) {
  const fields = { categoryId: ['No such category.'] };
  return input?.categoryId === 99
    ? new Refusal('INVALID_INPUT', 400, { fields })
    : { categoryId: input?.categoryId, name: `granted by ${person}` };
}
