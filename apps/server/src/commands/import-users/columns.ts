/**
 * Under which names a field may stand, the usual one first: those of Django's dumps and of the older APIs. Every
 * other column is passed over.
 */
const COLUMNS = {
  email: ['email'],
  username: ['username'],
  first_name: ['first_name', 'firstName'],
  last_name: ['last_name', 'lastName'],
  role: ['role', 'user_role'],
  is_officer: ['is_officer'],
  is_superuser: ['is_superuser'],
  is_active: ['is_active'],
  password: ['password', 'password_hash'],
  date_joined: ['date_joined', 'dateJoined', 'created_at'],
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
export interface PickedFields {
  values: Record<string, unknown>;
  /** How the file calls each field. */
  columns: Record<string, string>;
}

/** The fields of one line under their usual names; empty ones count as absent. */
export function pickFields(record: Record<string, unknown>): PickedFields {
  const role = firstPresent(record, COLUMNS.role);
  const isOrganization = String(role?.value).toUpperCase() === 'ORGANIZATION';
  const picked: PickedFields = { values: {}, columns: {} };
  for (const [field, names] of Object.entries(isOrganization ? ORGANIZATION_COLUMNS : COLUMNS)) {
    const found = firstPresent(record, names);
    if (found === undefined) continue;
    picked.values[field] = found.value;
    picked.columns[field] = found.name;
  }
  return picked;
}

function firstPresent(record: Record<string, unknown>, names: readonly string[]) {
  for (const name of names) {
    const value = record[name];
    if (value !== undefined && value !== null && value !== '') return { name, value };
  }
  return undefined;
}
