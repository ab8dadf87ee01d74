/** The roles an account can have. Organization acts need a membership, not a role. */
export const ROLES = ['CITIZEN', 'ORGANIZATION', 'OFFICER', 'DOCTOR', 'PATIENT', 'ADMIN'] as const;
/** What an account is. Which ones can be chosen at sign-up is the server's setting; never `ADMIN`. */
export type Role = (typeof ROLES)[number];

/** The languages that notices, mail and pages are written in. */
export const LANGUAGES = ['en', 'hi', 'gu'] as const;
/** English, Hindi or Gujarati. */
export type Language = (typeof LANGUAGES)[number];
