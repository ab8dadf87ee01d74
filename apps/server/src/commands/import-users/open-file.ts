import { open } from 'node:fs/promises';

const PIECE_BYTES = 65_536;

/** A file to be read once, piece by piece. */
export interface OpenFile {
  pieces: AsyncIterable<Buffer>;
  /** How many bytes were read of how many; nothing for a pipe. */
  place: () => { read: number; size: number } | undefined;
  close(): Promise<void>;
}

/** @throws Error with a sentence, also while it is read */
export async function openFile(file: string): Promise<OpenFile> {
  const handle = await open(file).catch((error: unknown) => refuse(file, error));
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw new Error(`${file} is a directory: name one file.`);
  }
  let read = 0;
  async function* readPieces(): AsyncGenerator<Buffer> {
    for (;;) {
      // A new one each time: lines are cut out of it and not copied.
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await handle.read(piece).catch((error: unknown) => refuse(file, error));
      if (bytesRead === 0) return;
      read += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }
  return {
    pieces: readPieces(),
    place: () => (stats.isFile() ? { read, size: stats.size } : undefined),
    close: () => handle.close(),
  };
}

function refuse(file: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') throw new Error(`There is no file ${file}.`);
  throw new Error(`${file} cannot be read (${code}).`);
}
