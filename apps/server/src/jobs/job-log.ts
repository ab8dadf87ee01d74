import { Logger } from 'graphile-worker';

/** Where the runner's words go; Fastify's logger is one. */
export interface JobLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

const ADDRESS = /[^\s<>"'(),:;[\]]+@[^\s<>"'(),;[\]]+/g;

/** Blots out e-mail addresses: an SMTP server's words quote them, and logs and metrics must not keep them. */
export function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, '[address]');
}

/**
 * graphile-worker's own messages, in our log. Its facts are left out, for they hold the payloads; and so are
 * its sentences about single jobs, which the runner says itself.
 */
export function createRunnerLogger(log: JobLog): Logger {
  return new Logger(() => (level, message, facts) => {
    if (facts !== undefined && ('job' in facts || 'jobs' in facts)) return;
    const say = { error: 'warn', warning: 'warn', info: 'debug', debug: 'debug' } as const;
    log[say[level]]({}, `jobs: ${withoutAddresses(message)}`);
  });
}
