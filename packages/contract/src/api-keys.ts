/** What an API key can be good for. */
export const API_KEY_SCOPES = ['read', 'request', 'list'] as const;
/**
 * `read`: read what people have released. `request`: ask people. `list`: see the organization, its requests and what
 * happens to them.
 */
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];
