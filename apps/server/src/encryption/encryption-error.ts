/** Thrown for what does not open. It names keys by their ids, and nothing of what they open. */
export class EncryptionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EncryptionError';
  }
}
