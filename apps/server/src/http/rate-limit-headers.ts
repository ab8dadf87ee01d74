import type { FastifyReply } from 'fastify';
import type { LimitName, LimitState } from '../domain/limits.ts';

/**
 * Writes how the limits stand that an answer was charged to, refusals included: `RateLimit-Policy` and
 * `RateLimit`, lists of structured fields (draft-ietf-httpapi-ratelimit-headers). Of several charges to one
 * limit, as in a batch, the answer tells the one that leaves the least.
 * @returns what to call with each charge
 */
export function rateLimitHeadersOf(reply: FastifyReply): (state: LimitState) => void {
  let states: Map<LimitName, LimitState> | undefined;
  return (state) => {
    states ??= new Map();
    const known = states.get(state.name);
    if (known !== undefined && !isTighter(state, known)) return;
    states.set(state.name, state);
    const told = [...states.values()];
    const policies = told.map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`);
    const standings = told.map(
      ({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`,
    );
    reply.header('ratelimit-policy', policies.join(', '));
    reply.header('ratelimit', standings.join(', '));
  };
}

function isTighter(state: LimitState, than: LimitState): boolean {
  if (state.remaining !== than.remaining) return state.remaining < than.remaining;
  return state.resetSeconds > than.resetSeconds;
}
