import pg, { type Connection, type FieldDef, type Submittable } from 'pg';

// What the driver has and its types do not say: how it writes values, and what a connection has parsed, by name.
const { utils } = pg as typeof pg & { utils: { prepareValue(value: unknown): string | Buffer | null } };

declare module 'pg' {
  interface Connection {
    parsedStatements: Record<string, string>;
  }
}

/** How a column's text becomes a value. */
interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** The connections that know a statement, and how each describes its rows. */
export type KnownRows = WeakMap<Connection, readonly Column[]>;

type Done = (error: Error | null, rows?: Record<string, unknown>[]) => void;

/**
 * One run of a named statement. The driver's own query asks for the description of the rows each time, and makes
 * parsers of it: of 29 columns, 33 µs of an authenticated read. This one asks once per connection. PostgreSQL
 * refuses a statement whose columns have changed since it was parsed; a pooler may parse it anew, but statements
 * name their columns, and migrations put new columns beside old ones.
 *
 * A `Submittable`, which is what the driver takes in place of its own queries: it is given the connection, and told
 * by the methods below what comes back. The driver sets `callback`, and remembers by `name` what has been parsed.
 */
export class NamedQuery implements Submittable {
  readonly name: string;
  readonly text: string;
  callback: Done | undefined;
  readonly values: (string | Buffer | null)[];
  readonly #known: KnownRows;
  readonly #rows: Record<string, unknown>[] = [];
  #columns: readonly Column[] = [];
  #failure: Error | undefined;

  /** @throws what a value throws that cannot be written */
  constructor(statement: { name: string; text: string; known: KnownRows }, values: readonly unknown[]) {
    this.name = statement.name;
    this.text = statement.text;
    this.#known = statement.known;
    this.values = values.map((value) => utils.prepareValue(value));
  }

  submit(connection: Connection): void {
    const known = this.#known.get(connection);
    // Several messages, one write.
    connection.stream.cork();
    if (connection.parsedStatements[this.name] === undefined) {
      connection.parse({ name: this.name, text: this.text, types: [] }, true);
    }
    connection.bind({ statement: this.name, values: this.values }, true);
    if (known === undefined) connection.describe({ type: 'P' }, true);
    else this.#columns = known;
    connection.execute({}, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: pg.types.getTypeParser(dataTypeID, 'text'),
    }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      this.#rows.push(toRow(this.#columns, fields));
    } catch (error) {
      // The rest of the answer has still to be read.
      this.#failure = error as Error;
    }
  }

  handleCommandComplete(): void {
    // Its count of rows is not asked for.
  }

  handleReadyForQuery(connection: Connection): void {
    this.#known.set(connection, this.#columns);
    this.callback?.(this.#failure ?? null, this.#rows);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }
}

function toRow(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  columns.forEach(({ name, parse }, index) => {
    const text = fields[index] ?? null;
    row[name] = text === null ? null : parse(text);
  });
  return row;
}
