/**
 * Under which names a field may stand, the usual one first: those of Django's dumps and of the older APIs. Every
 * other column is passed over.
 */
const COLUMNS = {
  email: ['email'],
  username: ['username'],
  first_name: ['first_name'],
  last_name: ['last_name'],
  role: ['role', 'user_role'],
  is_officer: ['is_officer'],
  is_superuser: ['is_superuser'],
  is_active: ['is_active'],
  password: ['password', 'password_hash'],
  date_joined: ['date_joined', 'created_at'],
  language: ['language'],
  mobile: ['mobile', 'phone', 'phone_no'],
  address: ['address'],
  location: ['location'],
  url: ['url'],
  bio: ['bio', 'about'],
  organization_name: ['organization_name'],
} as const;

const ORGANIZATION_COLUMNS = {
  ...COLUMNS,
  organization_name: ['organization_name', 'name'],
  website: ['organization_website', 'website'],
  address: ['organization_address', 'address'],
} as const;

/** The known fields of a line. */
interface PickedFields {
  values: Record<string, unknown>;
  /** How the file calls each field. */
  columns: Record<string, string>;
}

type Cell = { name: string; value: unknown };

/** The fields of one line under their usual names; empty ones count as absent. */
export function pickFields(record: Record<string, unknown>): PickedFields {
  const cells = new Map<string, Cell>();
  for (const [name, value] of Object.entries(record)) {
    const key = columnKey(name);
    if (value !== null && value !== '' && !cells.has(key)) cells.set(key, { name, value });
  }
  const role = firstPresent(cells, COLUMNS.role);
  const isOrganization = String(role?.value).toUpperCase() === 'ORGANIZATION';
  const picked: PickedFields = { values: {}, columns: {} };
  for (const [field, names] of Object.entries(isOrganization ? ORGANIZATION_COLUMNS : COLUMNS)) {
    const found = firstPresent(cells, names);
    if (found === undefined) continue;
    picked.values[field] = found.value;
    picked.columns[field] = found.name;
  }
  return picked;
}

/**
 * Equal for names that mean one column: languages and tools spell them their own way.
 * @example columnKey('First Name') === columnKey('first_name') // and firstName, FIRST-NAME
 */
export function columnKey(name: string): string {
  return name.toLowerCase().replaceAll(/[ _-]/g, '');
}

function firstPresent(cells: Map<string, Cell>, names: readonly string[]): Cell | undefined {
  for (const name of names) {
    const cell = cells.get(columnKey(name));
    if (cell !== undefined) return cell;
  }
  return undefined;
}
