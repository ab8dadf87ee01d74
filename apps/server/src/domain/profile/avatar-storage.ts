import { DomainError } from '../domain-error.ts';

/** Where pictures are kept. Names are the server's own (`avatar-name.ts`), and never used twice. */
export interface AvatarStorage {
  /**
   * Keeps a picture whole or not at all.
   * @throws StorageError
   */
  write(name: string, webp: Uint8Array): Promise<void>;
  /**
   * Nothing for a name that is not there.
   * @throws StorageError
   */
  read(name: string): Promise<Uint8Array | undefined>;
  /**
   * Does nothing for a name that is not there; also clears away what a write left that was killed.
   * @throws StorageError
   */
  remove(name: string): Promise<void>;
}

/** `UNAVAILABLE`: the store is full, closed or out of reach. Its `cause` is logged, and does not leave. */
export class StorageError extends DomainError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', {
      message: 'Pictures can be neither kept nor shown at the moment; try again shortly.',
    });
    this.name = 'StorageError';
    this.cause = cause;
  }
}
