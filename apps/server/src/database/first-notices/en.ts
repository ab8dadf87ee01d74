const ASKING = 'An organization that asks sees your first and last name with its request';
const RULES =
  'You can take your consent back at any time; every access that rests on it then ends at once. What an organization has read by then stays with it. Every request, every decision and every reading is written down, and you can look all of it up.';

const notice = (purpose: string) =>
  `If you agree, ${purpose} ${ASKING}; it sees the rest only after you approve. ${RULES}`;

/** Version 1 of the first categories' notices. */
export const EN = {
  identity: `If you agree, organizations may ask to see your first name, last name and username. ${ASKING}; it sees your username only after you approve. ${RULES}`,
  contact: notice(
    'organizations may ask to see your e-mail address, mobile number and postal address, so that they can reach you.',
  ),
  location: notice(
    'organizations may ask to see the place you entered in your profile. Your device is never located.',
  ),
  health: notice(
    'organizations may ask to see the health record that you keep here: blood group, allergies, conditions and medications.',
  ),
  financial: notice(
    'organizations may ask to see the financial record that you keep here: bank, account number, yearly income and tax number.',
  ),
  education: notice(
    'organizations may ask to see the education record that you keep here: institution, qualification and year of completion.',
  ),
  employment: notice(
    'organizations may ask to see the employment record that you keep here: employer, position and start date.',
  ),
};
