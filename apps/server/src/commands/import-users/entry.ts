/** What a line of the file says by the names of its columns, or what is wrong with it. */
export type Entry = ReadEntry | BadEntry;

export interface ReadEntry {
  line: number;
  record: Record<string, unknown>;
}

export interface BadEntry {
  line: number;
  problem: string;
}
