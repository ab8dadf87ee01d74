/** The embedded database cannot be used; the message says what is wrong and what to do, in a sentence or two. */
export class EmbeddedDatabaseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedDatabaseError';
  }
}

/**
 * Puts what the file system refused into a sentence.
 * @param directory the one the person can do something about, usually DATA_DIR
 */
export function explainFileError(error: unknown, directory: string): EmbeddedDatabaseError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new EmbeddedDatabaseError(sentence(code, message, directory), { cause: error });
}

function sentence(code: string | undefined, message: string, directory: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The directory ${directory} cannot be written; allow this user to write there, or set DATA_DIR to another directory.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk that holds ${directory} is full; free some space and start again.`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `The directory ${directory} cannot be made, because a file is in its place or above it; set DATA_DIR to another directory.`;
    case 'ENAMETOOLONG':
      return `The path ${directory} is too long; set DATA_DIR to a shorter one.`;
    default:
      return `The directory ${directory} cannot be used (${message}); set DATA_DIR to another directory.`;
  }
}

/** Puts the reason PostgreSQL's own programs gave into a sentence. `doing`: "made" or "started". */
export function explainProgramError(doing: string, home: string, reason: string): EmbeddedDatabaseError {
  const advice = /No space left|Disk quota|File too large/i.test(reason)
    ? 'Free some space on that disk, then start again.'
    : 'Mend that and start again, or set DATABASE_URL to a PostgreSQL of your own.';
  return new EmbeddedDatabaseError(
    `The embedded database in ${home} could not be ${doing}: ${reason.replace(/\.$/, '')}. ${advice}`,
  );
}
