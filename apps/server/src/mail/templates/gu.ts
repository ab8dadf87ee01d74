import { accessTemplates } from './access-gu.ts';
import { inDaysOrHours, type LanguageWords, type MembershipWords, type Templates } from './mail-words.ts';

const MEMBERSHIPS: MembershipWords = { owner: 'માલિક', member: 'સભ્ય' };

function sayHowLong(hours: number): string {
  const time = inDaysOrHours(hours);
  return `આ લિંક ${'days' in time ? `${time.days} દિવસ` : `${time.hours} કલાક`} સુધી, અને ફક્ત એક જ વાર કામ કરશે.`;
}

function sayWhere(organization: string | null): string {
  return organization === null ? 'એક સંસ્થામાં' : `સંસ્થા "${organization}" માં`;
}

const templates: Templates = {
  verify_email: ({ link, hours }) => ({
    subject: 'તમારા ઈમેલ સરનામાની પુષ્ટિ કરો',
    paragraphs: [
      'કોઈએ, કદાચ તમે જ, TruConn ના એક ખાતા માટે આ ઈમેલ સરનામું આપ્યું છે. આ સરનામું તમારું જ છે તેની પુષ્ટિ કરવા માટે આ પેજ ખોલો:',
      { link },
      sayHowLong(hours),
      'જો તમે આ નથી કર્યું, તો તમારે કંઈ કરવાની જરૂર નથી: આ લિંક વગર કોઈ આ સરનામાની પુષ્ટિ કરી શકતું નથી.',
    ],
  }),
  reset_password: ({ link, hours }) => ({
    subject: 'નવો પાસવર્ડ પસંદ કરો',
    paragraphs: [
      'કોઈએ, કદાચ તમે જ, TruConn ના તમારા ખાતા માટે નવો પાસવર્ડ માગ્યો છે. નવો પાસવર્ડ પસંદ કરવા માટે આ પેજ ખોલો:',
      { link },
      sayHowLong(hours),
      'જો તમે આ નથી માગ્યું, તો તમારે કંઈ કરવાની જરૂર નથી: તમારો પાસવર્ડ એ જ રહેશે. આ લિંક કોઈને ન આપો: જેની પાસે આ લિંક હોય તે તમારો પાસવર્ડ બદલી શકે છે.',
    ],
  }),
  change_email: ({ link, hours, newEmail }) => ({
    subject: 'તમારા નવા ઈમેલ સરનામાની પુષ્ટિ કરો',
    paragraphs: [
      `TruConn ના એક ખાતાનું ઈમેલ સરનામું બદલીને ${newEmail} કરવાનું છે. તેની પુષ્ટિ કરવા માટે આ પેજ ખોલો:`,
      { link },
      sayHowLong(hours),
      'જો તમે આ નથી માગ્યું, તો તમારે કંઈ કરવાની જરૂર નથી: ખાતાનું જૂનું સરનામું જ રહેશે.',
    ],
  }),
  email_change_asked: ({ newEmail }) => ({
    subject: 'તમારા ખાતાનું ઈમેલ સરનામું બદલવાની વિનંતી',
    paragraphs: [
      `કોઈએ, કદાચ તમે જ, TruConn ના તમારા ખાતાનું ઈમેલ સરનામું આ સરનામાથી બદલીને ${newEmail} કરવાની વિનંતી કરી છે. નવા સરનામાથી પુષ્ટિ થયા પછી જ તે બદલાશે.`,
      'જો તમે આ નથી કર્યું, તો શક્ય છે કે કોઈ તમારો પાસવર્ડ જાણતું હોય: તરત જ સાઇન ઇન કરીને તમારો પાસવર્ડ બદલો.',
    ],
  }),
  email_changed: ({ newEmail }) => ({
    subject: 'તમારા ખાતાનું ઈમેલ સરનામું બદલાઈ ગયું છે',
    paragraphs: [
      `TruConn ના તમારા ખાતાનું ઈમેલ સરનામું હવે ${newEmail} છે. આ જૂના સરનામાથી હવે કોઈ સાઇન ઇન કરી શકતું નથી.`,
      'જો તમે આ નથી કર્યું, તો તરત જ આ TruConn ચલાવનારાઓનો સંપર્ક કરો.',
    ],
  }),
  password_changed: () => ({
    subject: 'તમારો પાસવર્ડ બદલાઈ ગયો છે',
    paragraphs: [
      'TruConn ના તમારા ખાતાનો પાસવર્ડ બદલવામાં આવ્યો છે.',
      'જો તમે આ નથી કર્યું, તો સાઇન ઇન પેજ પરથી તરત જ નવો પાસવર્ડ માગો, અને આ TruConn ચલાવનારાઓને જણાવો.',
    ],
  }),
  accept_invitation: ({ organization, inviter, membership, link, hours }) => ({
    subject: 'તમને એક સંસ્થામાં જોડાવાનું આમંત્રણ મળ્યું છે',
    paragraphs: [
      inviter === null
        ? `તમને TruConn પર ${sayWhere(organization)} ${MEMBERSHIPS[membership]} તરીકે જોડાવાનું આમંત્રણ મળ્યું છે.`
        : `${inviter} એ તમને TruConn પર ${sayWhere(organization)} ${MEMBERSHIPS[membership]} તરીકે જોડાવાનું આમંત્રણ આપ્યું છે.`,
      'આમંત્રણ સ્વીકારવા માટે આ જ ઈમેલ સરનામાવાળા ખાતામાં સાઇન ઇન કરો, અથવા નવું ખાતું બનાવો, અને આ પેજ ખોલો:',
      { link },
      sayHowLong(hours),
      'જો તમે આ સંસ્થાને ન ઓળખતા હો, તો તમારે કંઈ કરવાની જરૂર નથી.',
    ],
  }),
  officer_application_decided: ({ approved, reason }) => ({
    subject: 'અધિકારી બનવાની તમારી અરજી',
    paragraphs: [
      approved
        ? 'અધિકારી બનવાની તમારી અરજી સ્વીકારવામાં આવી છે.'
        : 'અધિકારી બનવાની તમારી અરજી સ્વીકારવામાં આવી નથી.',
      ...(reason === null ? [] : [`જણાવેલું કારણ: ${reason}`]),
    ],
  }),
  ...accessTemplates,
};

export const gu: LanguageWords = {
  greet: (name) => (name === null ? 'નમસ્તે,' : `નમસ્તે ${name},`),
  templates,
  close: (publicUrl) =>
    `આ મેઇલ TruConn દ્વારા ${publicUrl} પરથી મોકલવામાં આવ્યો છે. તે એક પ્રોગ્રામે લખ્યો છે, અને તેનો જવાબ કોઈ વાંચતું નથી.`,
};
